import { requireInput } from '../error.ts';
import type { Key, Piece } from '../music/piece.ts';
import { wordsToPiece } from '../tokens/decode.ts';
import { WORD_WIDTH, type Words } from '../tokens/vocabulary.ts';
import { type Conditions, checkConditions, chooseKey, MAX_TAKES, planTake } from './conditions.ts';
import type { Muser } from './muser.ts';
import type { LanePlan } from './plan.ts';
import type { SessionOptions, WordListener } from './session.ts';
import { withCodeMasks } from './steering-codes.ts';

/** One finished take. */
export interface GeneratedTake {
  /** Generates this take again by itself. */
  readonly seed: number;
  readonly key: Key;
  readonly words: Words;
  readonly piece: Piece;
  /** How likely the model found it: mean log probability (nats) of a word, and of a beat's codes. */
  readonly likelihood: { readonly words: number; readonly codes: number };
}

export interface GenerateOptions extends SessionOptions {
  /** How many, in one batch; take i has seed + i. */
  readonly takes?: number;
  readonly seed?: number;
  readonly onWord?: WordListener;
  /** After each bar: bars done of all. */
  readonly onBar?: (done: number, total: number) => void;
}

/** Seeds are 0 to one less; they go round. */
export const SEEDS = 2 ** 32;

/** Throws an input error unless there can be so many takes, from such a seed. */
export function checkTakes({ takes, seed }: { readonly takes: number; readonly seed: number }): void {
  requireInput(
    Number.isInteger(takes) && takes >= 1 && takes <= MAX_TAKES,
    `takes must be 1 to ${MAX_TAKES}, got ${takes}`,
  );
  requireInput(
    Number.isInteger(seed) && seed >= 0 && seed < SEEDS,
    `seed must be 0 to ${SEEDS - 1}, got ${seed}`,
  );
}

/** Writes whole pieces of exactly `conditions.bars` bars. Throws an input error for conditions out of range. */
export async function generate(
  muser: Muser,
  conditions: Conditions & { readonly bars: number },
  options: GenerateOptions = {},
): Promise<GeneratedTake[]> {
  const { takes = 1, seed = 0 } = options;
  checkTakes({ takes, seed });
  const seeds = Array.from({ length: takes }, (_, i) => (seed + i) % SEEDS);
  return generateSeeds(muser, conditions, seeds, options);
}

/** The same for a list of seeds, side by side: what a seed gives does not depend on its neighbours. */
export async function generateSeeds(
  muser: Muser,
  conditions: Conditions & { readonly bars: number },
  seeds: readonly number[],
  options: Omit<GenerateOptions, 'takes' | 'seed'> = {},
): Promise<GeneratedTake[]> {
  checkConditions(conditions);
  const keys = seeds.map((s) => chooseKey(conditions, s, muser.config));
  const plans = seeds.map((s, i) => planTake(conditions, s, keys[i], muser.config));
  const steered: LanePlan[] = [];
  for (const plan of plans) steered.push(await withCodeMasks(muser.weights, muser.engine, plan));
  const session = muser.open(steered, options);
  try {
    const bars: Words[][] = seeds.map(() => []);
    for (let bar = 0; bar < conditions.bars; bar++) {
      (await session.nextBar(options.onWord)).forEach((words, i) => {
        if (words) bars[i].push(words);
      });
      options.onBar?.(bar + 1, conditions.bars);
    }
    return seeds.map((seed, i) => {
      const words = joinWords(bars[i]);
      const piece = withTempo(wordsToPiece(words, keys[i]), conditions.bpm);
      const { ofWords, ofCodes } = session.lanes[i].likelihood;
      const beats = piece.barBeats.reduce((sum, n) => sum + n, 0);
      const likelihood = { words: (ofWords * WORD_WIDTH) / words.length, codes: ofCodes / beats };
      return { seed, key: keys[i], words, piece, likelihood };
    });
  } finally {
    session.dispose();
  }
}

export function joinWords(bars: readonly Words[]): Words {
  const words = new Uint8Array(bars.reduce((sum, bar) => sum + bar.length, 0));
  let at = 0;
  for (const bar of bars) {
    words.set(bar, at);
    at += bar.length;
  }
  return words;
}

/** A locked tempo is kept to the beat, not to the nearest tempo value. */
const withTempo = (piece: Piece, bpm: number | null | undefined): Piece =>
  bpm ? { ...piece, tempos: [{ beat: 0, bpm }] } : piece;
