import { BAR, FIRST_POSITION, TYPE } from '../tokens/vocabulary.ts';
import { only } from './kept.ts';
import { AT_BAR, type WordState } from './state.ts';
import { type Element, FIRST_VOICE, isNote, METRICAL } from './vocabulary.ts';

/** A note of a given tune, in the values of words. */
export interface TuneNote {
  /** Sixteenths from the bar line. */
  readonly position: number;
  readonly pitch: number;
  readonly duration: number;
  readonly velocity: number;
  readonly timing: number;
}

const MELODY = FIRST_VOICE;

/**
 * Leaves of a mask what lets a bar have the notes of a tune, and no other melody: its notes come at their places, others beside
 * them. `played`: notes of the bar's tune that have been written.
 * @returns whether the value is that of the tune, so that nothing else may narrow it
 */
export function keepTune(
  notes: readonly TuneNote[],
  played: number,
  element: Element,
  state: WordState,
  word: ArrayLike<number>,
  mask: Uint8Array,
): boolean {
  const next: TuneNote | undefined = notes[played];
  const isHere = next !== undefined && next.position === state.position;
  if (element === 'type') {
    mask[MELODY] = isHere && state.lastPitch < next.pitch ? 1 : 0;
    if (!isHere) return false;
    mask[METRICAL] = 0;
    // What is lower comes before it; there is room below or there is not.
    if (state.lastPitch + 1 >= next.pitch) mask.fill(0, MELODY + 1);
    return mask.indexOf(1) === MELODY && mask.indexOf(1, MELODY + 1) < 0;
  }
  if (element === 'barBeat') {
    if (next === undefined || state.position > AT_BAR) return false;
    const place = FIRST_POSITION + next.position;
    mask.fill(0, place + 1);
    if (state.position < AT_BAR) mask[BAR] = 0;
    return false;
  }
  if (!isNote(word[TYPE])) return false;
  if (word[TYPE] === MELODY) {
    if (element === 'pitch') only(mask, next.pitch);
    else if (element === 'duration') only(mask, next.duration);
    else if (element === 'velocity') only(mask, next.velocity);
    else if (element === 'timing') only(mask, next.timing);
    return true;
  }
  if (element === 'pitch' && isHere) mask.fill(0, next.pitch);
  return false;
}

export const isOfTune = (word: ArrayLike<number>): boolean => word[TYPE] === MELODY;
