import type { RenewedPart, RenewJob, WriteOptions } from '../composing/music-model.ts';
import { requireInput } from '../error.ts';
import { largest } from '../lists.ts';
import { joinWords } from '../muser/generate.ts';
import { endingOf, modeValue } from '../muser/plan.ts';
import { checkSteering, compileSteering, type Steer } from '../muser/steering.ts';
import { indexBars } from '../tokens/bars.ts';
import { pieceToWords as pieceToPlainWords } from '../tokens/encode.ts';
import { cutBars } from '../tokens/segment.ts';
import { WORD_WIDTH as PLAIN_WIDTH, type Words } from '../tokens/vocabulary.ts';
import { BarWriter } from './bar-writer.ts';
import { pause } from './generate.ts';
import { beatOf, gridOf } from './grid.ts';
import { type SplitBar, splitBars, wordsOf } from './kept.ts';
import { metreOf } from './metre.ts';
import type { GeneratorModel } from './model.ts';
import { returnsOf } from './returns.ts';
import { guidanceAsked, samplingOf } from './sampling.ts';
import type { Script } from './script.ts';
import { wordsToPiece } from './to-piece.ts';
import { pieceToWords } from './to-words.ts';
import { type Element, WORD_WIDTH } from './vocabulary.ts';

const NONE: ReadonlySet<Element> = new Set();
/** What says whether a bar is an earlier one again. */
const NOTES: readonly Element[] = ['type', 'barBeat', 'pitch'];

/**
 * The named elements of some bars anew, under the given emotion, the rest word for word; once for each seed. Codes of what is
 * renewed are chosen knowing those of what is kept before and beside them; how likely what follows is then tells how well they
 * lead there.
 */
export async function renew(
  model: GeneratorModel,
  job: RenewJob,
  seeds: readonly number[],
  options: WriteOptions = {},
): Promise<RenewedPart[]> {
  const { piece, first, last } = job;
  const [from, to] = [job.fromBar - first, job.toBar - first];
  const whole = pieceToWords(piece);
  const words = cutBars(whole, indexBars(whole, WORD_WIDTH), first, last, WORD_WIDTH);
  const bars = splitBars(words);
  requireInput(
    from >= 0 && from < to && to <= bars.length,
    `bars ${job.fromBar}..${job.toBar} do not lie within the piece's ${piece.barBeats.length}`,
  );
  const script = scriptOf(model, job, words, bars, options);
  const scripts = seeds.map((seed) => ({ ...script, seed }));
  const writer = new BarWriter(model, scripts, samplingOf(model.weights.config, options), 0);
  const lanes = seeds.map((_, lane) => lane);
  try {
    const start = writer.mark(0);
    // The bar before the first new one hears of its codes, so it is each lane's own.
    for (let bar = 0; bar < from - 1; bar++) {
      await pause(options);
      writer.take(0, wordsOf(bars[bar]));
    }
    for (const lane of lanes.slice(1)) writer.copy(0, lane, start);
    for (const [lane, seed] of seeds.entries()) writer.redraw(lane, seed, 'anew');
    const written: Words[][] = seeds.map(() => bars.slice(0, Math.max(0, from - 1)).map(wordsOf));
    for (let bar = Math.max(0, from - 1); bar < to; bar++) {
      await pause(options);
      for (const [lane, made] of writer.bar(lanes, options.onWord).entries()) written[lane].push(made);
    }
    writer.planTo(lanes, bars.length);
    return lanes.map((lane) => {
      const all = joinWords([...written[lane], ...bars.slice(to).map(wordsOf)]);
      const { words: ofWords, codes, kept } = writer.likelihood(lane);
      const part = wordsToPiece(all, piece.key, seeds[lane], first);
      const plain = pieceToPlainWords(part);
      const fresh = cutBars(plain, indexBars(plain), from, to);
      const beats = part.barBeats.slice(from, to).reduce((sum, n) => sum + n, 0);
      return {
        seed: seeds[lane],
        piece: part,
        fresh,
        likelihood: {
          words: (ofWords * PLAIN_WIDTH) / fresh.length,
          codes: codes / beats,
          kept: kept / beats,
        },
      };
    });
  } finally {
    writer.dispose();
  }
}

function scriptOf(
  { weights, encoder, fitting }: GeneratorModel,
  job: RenewJob,
  words: Words,
  bars: readonly SplitBar[],
  options: WriteOptions,
): Omit<Script, 'seed'> {
  const { piece, first, emotion } = job;
  const { groups } = weights.config;
  const renewed = (bar: number): boolean => bar >= job.fromBar - first && bar < job.toBar - first;
  const grid = gridOf(encoder.encode(words), bars);
  const free: ReadonlySet<Element> = job.renew;
  const guidance = guidanceAsked(weights.config, options);
  const steer = steerOf(job);
  const returns = returnsOf(bars);
  const keepsNotes = !NOTES.some((element) => free.has(element));
  const ends = (job.ends ?? true) && job.toBar - first === bars.length;
  return {
    bars: bars.length,
    metre: metreOf(bars.map(({ chords }) => chords.length)),
    emotionOf: (bar) => emotion[Math.min(bar, emotion.length - 1)] ?? null,
    modeOf: () => modeValue(piece.key.mode),
    endingOf: (bar) => endingOf({ ends, bars: bars.length }, bar),
    ...(guidance ? { guidanceOf: () => guidance } : {}),
    steer,
    codeMaskOf: fitting.maskOf(steer, undefined),
    codesOf(bar, beat) {
      const { plan } = beatOf(grid, bar, beat);
      return renewed(bar) ? groups.map(({ element }, i) => (free.has(element) ? -1 : plan[i])) : plan;
    },
    returnOf: (bar) => (renewed(bar) && !keepsNotes ? null : returns[bar]),
    keptOf: (bar) => ({ ...bars[bar], free: renewed(bar) ? free : NONE }),
  };
}

/** The limits for a part of a piece. */
function steerOf({ piece, first, steering }: RenewJob): Steer | undefined {
  if (!steering) return undefined;
  const beatsPerBar = largest(piece.barBeats);
  checkSteering(steering, beatsPerBar);
  const steer = compileSteering(steering, piece.key, beatsPerBar);
  return { ...steer, chordAt: (bar, beat) => steer.chordAt(bar + first, beat) };
}
