import { BAR_BEAT, FIRST_POSITION, PITCH, TYPE } from '../tokens/vocabulary.ts';
import { jaccard } from './jaccard.ts';
import type { SplitBar } from './kept.ts';
import { METRICAL, SIZES } from './vocabulary.ts';

/**
 * How bars come back: 0 = new, else 1 + 2 * index of the lag + (1 where it is nearly the same). A bar is an earlier one again where the
 * Jaccard index of their notes (place, pitch) is above ALIKE; above SAME it is nearly the same.
 */
export const LAGS = [1, 2, 4, 8] as const;
export const RETURN_VALUES = 1 + 2 * LAGS.length;
export const NEW_BAR = 0;
const ALIKE = 0.25;
const SAME = 0.6;

/** Bars back that a value of 1 or more points to. */
export const lagOf = (value: number): number => LAGS[(value - 1) >> 1];

/** The values that the bar of this number may have: none points to before the start. */
export function allowReturns(bar: number, mask: Uint8Array): void {
  for (let value = 0; value < RETURN_VALUES; value++)
    mask[value] = Number(value === 0 || lagOf(value) <= bar);
}

/** Of words apart from each other: the place of a word in its bar and its pitch as one number that rises within the bar. */
export const wordKey = (place: number, pitch: number): number => place * SIZES.pitch + pitch;

function notesOf({ words }: Pick<SplitBar, 'words'>): Set<number> {
  const notes = new Set<number>();
  let place = 0;
  for (const word of words) {
    if (word[TYPE] === METRICAL) place = word[BAR_BEAT] - FIRST_POSITION;
    else notes.add(wordKey(place, word[PITCH]));
  }
  return notes;
}

/** How each bar comes back: the likest of the bars that the lags name, of equally like ones the nearest. */
export function returnsOf(bars: readonly Pick<SplitBar, 'words'>[]): number[] {
  const notes = bars.map(notesOf);
  return notes.map((mine, bar) => {
    let [best, value] = [ALIKE, NEW_BAR];
    for (const [index, lag] of LAGS.entries()) {
      const alike = lag <= bar ? jaccard(mine, notes[bar - lag]) : 0;
      if (alike > best) [best, value] = [alike, 1 + 2 * index + Number(alike > SAME)];
    }
    return value;
  });
}
