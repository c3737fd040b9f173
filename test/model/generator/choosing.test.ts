import { beforeAll, describe, expect, it } from 'vitest';
import type { BarJudge } from '../../../src/model/composing/bar-judge.ts';
import type { WriteOptions } from '../../../src/model/composing/music-model.ts';
import { BarWriter } from '../../../src/model/generator/bar-writer.ts';
import { scriptsOf } from '../../../src/model/generator/generate.ts';
import { Generator } from '../../../src/model/generator/generator.ts';
import { samplingOf } from '../../../src/model/generator/sampling.ts';
import { createSimdGeneratorEngine } from '../../../src/model/generator/simd-engine.ts';
import { candidateStream } from '../../../src/model/generator/take-writer.ts';
import { wordsToPiece } from '../../../src/model/generator/to-piece.ts';
import { isNote, WORD_WIDTH } from '../../../src/model/generator/vocabulary.ts';
import { joinWords } from '../../../src/model/muser/generate.ts';
import { TYPE, type Words } from '../../../src/model/tokens/vocabulary.ts';
import { goldenGenerator } from './golden-generator.ts';

let model: Generator;
beforeAll(async () => {
  const weights = await goldenGenerator();
  model = new Generator(weights, await createSimdGeneratorEngine(weights));
});

const conditions = { emotion: { valence: 0.5, arousal: -0.3 }, bars: 7 };
const notesIn = (bars: readonly Words[]): number => {
  let notes = 0;
  for (const words of bars)
    for (let i = 0; i < words.length; i += WORD_WIDTH) notes += Number(isNote(words[i + TYPE]));
  return notes;
};
/** Likes bars with many notes. */
const many: BarJudge = {
  scores: (candidates, first, last) => candidates.map((bars) => notesIn(bars.slice(first, last))),
};
/** Likes the candidate of a number best. */
const always = (number: number, of: number): BarJudge => ({
  scores: (candidates) => candidates.map((_, i) => Number(i % of === number)),
});
const write = async (seeds: readonly number[], options: WriteOptions = {}, more: object = {}) =>
  (await model.write({ ...conditions, ...more }, seeds, options)).map(({ piece }) => piece);

describe('choosing as the music is written', () => {
  it('hears of the bars just written and of all before them, which candidates share', async () => {
    const heard: { lanes: number; first: number; last: number; lengths: number[] }[] = [];
    const shared = new Set<Words>();
    const judge: BarJudge = {
      scores(candidates, first, last) {
        heard.push({ lanes: candidates.length, first, last, lengths: candidates.map((bars) => bars.length) });
        for (let take = 0; take < candidates.length; take += 3)
          for (let bar = 0; bar < first; bar++) {
            const same = new Set(candidates.slice(take, take + 3).map((bars) => bars[bar]));
            expect(same.size).toBe(1);
            shared.add(candidates[take][bar]);
          }
        return many.scores(candidates, first, last, () => null);
      },
    };
    await write([1, 2], { choosing: { judge, candidates: 3 } });
    expect(heard).toEqual(
      [2, 4, 6, 7].map((last) => ({
        lanes: 6,
        first: last - (last === 7 ? 1 : 2),
        last,
        lengths: new Array(6).fill(last),
      })),
    );
    expect(shared.size).toBe(12);
  });

  it('is liked better the more there are to choose from', async () => {
    const notes = async (candidates: number) =>
      (await write([1, 2, 3], { choosing: { judge: many, candidates } })).reduce(
        (sum, piece) => sum + piece.notes.length,
        0,
      );
    const [one, two, eight] = [await notes(1), await notes(2), await notes(8)];
    expect(two).toBeGreaterThan(1.05 * one);
    expect(eight).toBeGreaterThan(1.05 * two);
  });

  it('leaves a take as it is where all are liked alike, or there is one', async () => {
    const plain = await write([4, 5]);
    expect(await write([4, 5], { choosing: { judge: always(9, 4), candidates: 4 } })).toEqual(plain);
    expect(await write([4, 5], { choosing: { judge: many, candidates: 1 } })).toEqual(plain);
  });

  it.each([
    ['plainly', {}],
    ['under guidance', { priorGuidance: 3, decoderGuidance: 2 }],
  ])('goes on with a candidate exactly as if it had been alone, %s', async (_, guidance) => {
    const judge = always(2, 4);
    const [chosen] = await write([6], { ...guidance, choosing: { judge, candidates: 4 } });
    const [{ script, key }] = scriptsOf(model, conditions, [6], guidance);
    const alone = new BarWriter(model, [script], samplingOf(model.config, guidance));
    const bars: Words[] = [];
    for (let bar = 0; bar < conditions.bars; bar++) {
      if (bar % 2 === 0) alone.redraw(0, 6, candidateStream(bar, 2));
      bars.push(...alone.bar([0]));
    }
    expect(chosen).toEqual(wordsToPiece(joinWords(bars), key, 6));
    // The music is longer than what a step can see.
    expect(joinWords(bars).length / WORD_WIDTH).toBeGreaterThan(3 * model.config.decoder.stack.window);
  });

  it('gives a seed the same music alone and beside others', async () => {
    const choosing = { judge: many, candidates: 3 };
    const seeds = [7, 8, 9, 10, 11];
    const together = await write(seeds, { choosing });
    for (const [i, seed] of seeds.entries()) expect(await write([seed], { choosing })).toEqual([together[i]]);
  });

  it('keeps to limits, tempo and key', async () => {
    const key = { tonic: 2, mode: 'minor' } as const;
    const limits = { key, bpm: 91, steering: { low: 50, high: 70, polyphony: 2 } };
    for (const piece of await write([3, 4], { choosing: { judge: many, candidates: 4 } }, limits)) {
      expect(piece.key).toEqual(key);
      expect(piece.tempos).toEqual([{ beat: 0, bpm: 91 }]);
      expect(piece.notes.length).toBeGreaterThan(10);
      expect(piece.notes.every(({ pitch }) => pitch >= 50 && pitch <= 70)).toBe(true);
    }
  });

  it('refuses no candidates, and a judge that answers with no numbers; stops when it is told to', async () => {
    await expect(write([1], { choosing: { judge: many, candidates: 0 } })).rejects.toThrow(
      'candidates must be',
    );
    const lost: BarJudge = { scores: (candidates) => candidates.map(() => Number.NaN) };
    await expect(write([1], { choosing: { judge: lost, candidates: 2 } })).rejects.toThrow('no numbers');
    const stop = new AbortController();
    const stopping: BarJudge = {
      scores(candidates) {
        stop.abort();
        return candidates.map(() => 0);
      },
    };
    const options = { choosing: { judge: stopping, candidates: 2 }, signal: stop.signal };
    await expect(write([1], options)).rejects.toThrow('stopped');
  });
});
