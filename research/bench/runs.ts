import { performance } from 'node:perf_hooks';
import { loadMuser } from '../../src/cli/model.ts';
import { generate } from '../../src/model/muser/generate.ts';
import type { Muser } from '../../src/model/muser/muser.ts';
import { TYPE, TYPE_METRICAL, TYPE_NOTE } from '../../src/model/tokens/vocabulary.ts';
import { lowerQuartile, Meter, median } from './meter.ts';

export interface EngineFigures {
  /** Words a second of one processor's time, one take, no guidance. */
  readonly wordsPerSecond: number;
  /** From the request to the first Note word, model loaded and run before. */
  readonly firstNoteMs: number;
  /** From the start of the process: Node, model, engine, first Note word. */
  readonly firstNoteColdMs: number;
  readonly rssMB: number;
  readonly wordsPerBeat: number;
}

export interface BarsFigures {
  readonly bars: number;
  readonly words: number;
  readonly msPerWord: number;
  readonly rssMB: number;
}

export interface TakesFigures {
  readonly takes: number;
  /** Of all takes together. */
  readonly wordsPerSecond: number;
}

interface RunFigures {
  readonly words: number;
  readonly beats: number;
  readonly msPerWord: number;
  /** Seconds a word, spell by spell. */
  readonly spells: readonly number[];
  /** performance.now() at the first Note word. */
  readonly firstNote: number;
}

/** One generation, timed. The emotion is that of Q1; unless `priorGuidance` is said, nothing is guided: a word costs one lane. */
async function run(
  muser: Muser,
  bars: number,
  takes: number,
  seed: number,
  priorGuidance = 1,
): Promise<RunFigures> {
  const meter = new Meter();
  let firstNote = 0;
  let beats = 0;
  const conditions = { emotion: { valence: 0.8, arousal: 0.8 }, bars };
  const onWord = (_: number, word: Uint8Array): void => {
    meter.word();
    if (firstNote === 0 && word[TYPE] === TYPE_NOTE) firstNote = performance.now();
    // Every beat start has its position word: values 2, 6, 10, 14.
    if (word[TYPE] === TYPE_METRICAL && word[2] >= 2 && word[2] % 4 === 2) beats++;
  };
  await generate(muser, conditions, { takes, seed, onWord, priorGuidance, decoderGuidance: 1 });
  return { words: meter.words, beats, msPerWord: meter.msPerWord, spells: meter.spells, firstNote };
}

export async function benchEngine(model: string, engine: string): Promise<EngineFigures> {
  const muser = await loadMuser({ model, engine });
  const slow = engine !== 'simd';
  const cold = await run(muser, slow ? 2 : 8, 1, 1);
  const firstNotes: number[] = [];
  const times: number[] = [];
  const rounds = slow ? 3 : 8;
  for (let seed = 2; seed < 2 + rounds; seed++) {
    const start = performance.now();
    const one = await run(muser, slow ? 8 : 16, 1, seed);
    times.push(one.msPerWord);
    firstNotes.push(one.firstNote - start);
  }
  return {
    wordsPerSecond: 1000 / median(times),
    firstNoteMs: median(firstNotes),
    firstNoteColdMs: cold.firstNote,
    rssMB: rss(),
    wordsPerBeat: cold.words / cold.beats,
  };
}

export async function benchBars(model: string, lengths: readonly number[]): Promise<BarsFigures[]> {
  const muser = await loadMuser({ model, engine: 'simd' });
  await run(muser, 32, 1, 1);
  const figures: BarsFigures[] = [];
  for (const bars of lengths) {
    const spells: number[] = [];
    let words = 0;
    // As many bars for each length; guided, as long music is (holding.ts), so that each does the same work a beat.
    const rounds = Math.max(1, Math.round(Math.max(...lengths) / 2 / bars));
    for (let round = 0; round < rounds; round++) {
      const one = await run(muser, bars, 1, 1 + round, 2);
      spells.push(...one.spells);
      words += one.words / rounds;
    }
    figures.push({ bars, words: Math.round(words), msPerWord: 1000 * lowerQuartile(spells), rssMB: rss() });
  }
  return figures;
}

export async function benchTakes(model: string, counts: readonly number[]): Promise<TakesFigures[]> {
  const muser = await loadMuser({ model, engine: 'simd' });
  await run(muser, 32, 1, 1);
  const figures: TakesFigures[] = [];
  for (const takes of counts) {
    const spells: number[] = [];
    // A single take has few spells, so there are several of it.
    for (let seed = 1; seed <= (takes === 1 ? 6 : 1); seed++)
      spells.push(...(await run(muser, takes === 1 ? 16 : 8, takes, seed)).spells);
    figures.push({ takes, wordsPerSecond: 1 / lowerQuartile(spells) });
  }
  return figures;
}

const rss = (): number => process.memoryUsage().rss / 2 ** 20;
