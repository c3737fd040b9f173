import { AffettoError } from '../error.ts';
import { type Conditions, checkConditions, chooseKey, planTake } from '../muser/conditions.ts';
import { checkTakes, joinWords, SEEDS } from '../muser/generate.ts';
import { endingOf, modeAt } from '../muser/plan.ts';
import type { Key, Piece } from '../music/piece.ts';
import type { Words } from '../tokens/vocabulary.ts';
import type { GeneratorConfig, GeneratorSampling } from './config.ts';
import { evenMetre } from './metre.ts';
import type { GeneratorModel } from './model.ts';
import type { Script } from './script.ts';
import { wordsToPiece } from './to-piece.ts';
import { type OnWord, writeBars } from './write.ts';

export interface WrittenTake {
  /** Writes this take again by itself. */
  readonly seed: number;
  readonly key: Key;
  readonly words: Words;
  readonly piece: Piece;
}

export interface WriteOptions {
  /** How many; take i has seed + i. */
  readonly takes: number;
  readonly seed: number;
  readonly sampling: GeneratorSampling;
  readonly onWord?: OnWord;
  /** After each bar of a group of takes: bars done of all. */
  readonly onBar?: (done: number, total: number) => void;
  /** Stops between bars. */
  readonly signal?: AbortSignal;
  /** Awaited between bars, so that others get their turn. */
  readonly breathe?: () => Promise<void>;
}

/** Takes that are written side by side; more would not be faster, and each lane holds some 18 MB. */
const TOGETHER = 8;

/** What a take under these conditions is to be. */
function scriptOf(conditions: Conditions, seed: number, key: Key, config: GeneratorConfig): Script {
  const plan = planTake(conditions, seed, key, config);
  return {
    seed,
    bars: plan.bars,
    metre: evenMetre(conditions.beatsPerBar ?? 4),
    emotionOf: (bar) => plan.emotionOf(bar),
    modeOf: (bar) => modeAt(plan, bar),
    endingOf: (bar) => endingOf(plan, bar),
    tempo: plan.tempo,
    steer: plan.steer,
  };
}

/**
 * Whole pieces of exactly `conditions.bars` bars, one after another; steering is not known to this generator yet.
 * Throws an input error for conditions out of range.
 */
export async function* writeTakes(
  model: GeneratorModel,
  conditions: Conditions & { readonly bars: number },
  { takes, seed, sampling, onWord, onBar, signal, breathe }: WriteOptions,
): AsyncGenerator<WrittenTake> {
  checkTakes({ takes, seed });
  checkConditions(conditions);
  const { config } = model.weights;
  for (let first = 0; first < takes; first += TOGETHER) {
    const seeds = Array.from(
      { length: Math.min(TOGETHER, takes - first) },
      (_, i) => (seed + first + i) % SEEDS,
    );
    const keys = seeds.map((s) => chooseKey(conditions, s, config));
    const scripts = seeds.map((s, i) => scriptOf(conditions, s, keys[i], config));
    const bars: Words[][] = seeds.map(() => []);
    let done = 0;
    for (const written of writeBars(model, scripts, sampling, onWord)) {
      for (const [i, words] of written.entries()) if (words) bars[i].push(words);
      onBar?.(++done, conditions.bars);
      await breathe?.();
      if (signal?.aborted) throw new AffettoError('stopped', 'failure', { cause: signal.reason });
    }
    for (const [i, s] of seeds.entries()) {
      const words = joinWords(bars[i]);
      const piece = wordsToPiece(words, keys[i], s);
      // A locked tempo is kept to the beat, not to the nearest tempo value.
      const tempos = conditions.bpm ? [{ beat: 0, bpm: conditions.bpm }] : piece.tempos;
      yield { seed: s, key: keys[i], words, piece: { ...piece, tempos } };
    }
  }
}
