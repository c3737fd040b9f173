import type { Random } from '../muser/random.ts';
import { durationSteps } from '../music/quantize.ts';
import { DURATION } from '../tokens/vocabulary.ts';
import { DURATION_STEPS, ON_TIME, TIMING, TIMING_PARTS } from './vocabulary.ts';

/** How a note is played, in steps: `offset` is how far it is struck from its step, `duration` its length on the grid. */
export interface PlayedNote {
  readonly offset: number;
  readonly duration: number;
  readonly length: number;
}

/** The longest that a duration value stands for, in steps. */
export const longestOf = (value: number): number =>
  (DURATION_STEPS[value] + (DURATION_STEPS[value + 1] ?? DURATION_STEPS[value])) / 2;

/**
 * What a note's values stand for, anywhere within them (evenly, by `random`), so that no grid of values is heard; in the middle
 * where there is no `random`.
 */
export function playedNote(word: ArrayLike<number>, random: Random | null): PlayedNote {
  const within = (low: number, high: number): number =>
    Math.round((low + (high - low) * (random?.next() ?? 0.5)) * 1000) / 1000;
  const late = (word[TIMING] - ON_TIME) / TIMING_PARTS;
  const offset = within(late - 0.5 / TIMING_PARTS, late + 0.5 / TIMING_PARTS);
  const value = word[DURATION];
  const length = random ? within(longestOf(value - 1), longestOf(value)) : DURATION_STEPS[value];
  return { offset: Math.min(0.5, Math.max(-0.5, offset)), duration: durationSteps(length), length };
}
