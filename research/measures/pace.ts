import { loadComposer, loadPlainMuser } from '../../src/cli/model.ts';
import type { MusicModel } from '../../src/model/composing/music-model.ts';
import { AffettoError } from '../../src/model/error.ts';
import type { Measure } from './measure.ts';

const EMOTION = { valence: 0.5, arousal: 0.3 };
const ROUNDS = 5;
const SHAPES = [
  { takes: 1, bars: 8 },
  { takes: 4, bars: 16 },
  { takes: 1, bars: 64 },
];

/** Writes takes of a seed; returns their words. */
type Write = (shape: { takes: number; bars: number }, seed: number) => Promise<number>;

/** Turn by turn, so that what else the machine does weighs on both alike; seconds of the processor, not of the clock. */
export const pace: Measure = {
  takes: 'MODEL',
  tells: `words a second of a model and of the shipped one, simd engine, and their ratio: median of ${ROUNDS} turns`,
  async run([model], io) {
    if (!model) throw new AffettoError('measure pace needs the folder of a model');
    const generator = (await loadComposer({ model, engine: 'simd' })).model;
    const muser = await loadPlainMuser({ model: 'affetto', engine: 'simd' });
    const writerOf =
      (of: MusicModel): Write =>
      async ({ takes, bars }, seed) => {
        let words = 0;
        const seeds = Array.from({ length: takes }, (_, i) => seed + i);
        await of.write({ emotion: EMOTION, bars }, seeds, { onWord: () => words++ });
        return words;
      };
    const writers = { generator: writerOf(generator), shipped: writerOf(muser) };
    for (const shape of SHAPES) {
      const told = { generator: [] as number[], shipped: [] as number[] };
      // The first turn warms up and does not count.
      for (let turn = 0; turn <= ROUNDS; turn++)
        for (const name of ['generator', 'shipped'] as const) {
          const rate = await wordsPerSecond(writers[name], shape, turn);
          if (turn > 0) told[name].push(rate);
        }
      const [fresh, shipped] = [median(told.generator), median(told.shipped)];
      io.out(
        JSON.stringify({
          ...shape,
          generator: Math.round(fresh),
          shipped: Math.round(shipped),
          ratio: Number((fresh / shipped).toFixed(2)),
        }),
      );
    }
  },
};

async function wordsPerSecond(write: Write, shape: { takes: number; bars: number }, seed: number) {
  const before = process.cpuUsage();
  const words = await write(shape, seed);
  const { user, system } = process.cpuUsage(before);
  return (1e6 * words) / (user + system);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
