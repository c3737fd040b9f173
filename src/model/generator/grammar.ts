import { STEPS_PER_BEAT } from '../music/piece.ts';
import { BAR, BAR_BEAT, CONTINUE, FIRST_POSITION, TYPE } from '../tokens/vocabulary.ts';
import type { Script } from './script.ts';
import { AT_BAR, AT_START, type WordState } from './state.ts';
import { type Element, FIRST_VOICE, isNote, METRICAL, SIZES } from './vocabulary.ts';

/** True if a word that has come so far carries the element. */
export function carries(element: Element, word: ArrayLike<number>): boolean {
  if (element === 'type') return true;
  if (element === 'barBeat') return word[TYPE] === METRICAL;
  if (element === 'chord' || element === 'tempo')
    return word[TYPE] === METRICAL && word[BAR_BEAT] >= FIRST_POSITION;
  return isNote(word[TYPE]);
}

/** Marks what may follow: bars of exactly so many beats, positions forwards, notes of a position upwards. */
export function allow(
  element: Element,
  state: WordState,
  word: ArrayLike<number>,
  script: Pick<Script, 'metre' | 'tempo'>,
  mask: Uint8Array,
): void {
  mask.fill(0);
  if (element === 'type') allowTypes(state, mask);
  else if (element === 'barBeat') allowPlaces(state, script.metre.beatsOf(state.bar), mask);
  else if (element === 'chord' || element === 'tempo') allowHarmony(element, state, word, script, mask);
  else mask.fill(1, element === 'pitch' ? state.lastPitch + 1 : 1);
}

function allowTypes({ position, notesHere, lastPitch }: WordState, mask: Uint8Array): void {
  // A Metrical word between beats is there for its notes.
  const needsNote = position < AT_BAR && position % STEPS_PER_BEAT !== 0 && notesHere === 0;
  if (!needsNote) mask[METRICAL] = 1;
  if (position < AT_BAR && lastPitch < SIZES.pitch - 1) mask.fill(1, FIRST_VOICE);
}

function allowPlaces({ position }: WordState, beatsPerBar: number, mask: Uint8Array): void {
  if (position === AT_START) mask[BAR] = 1;
  else if (position === AT_BAR) mask[FIRST_POSITION] = 1;
  else {
    const end = beatsPerBar * STEPS_PER_BEAT;
    const nextBeat = (Math.floor(position / STEPS_PER_BEAT) + 1) * STEPS_PER_BEAT;
    mask.fill(1, FIRST_POSITION + position + 1, FIRST_POSITION + Math.min(nextBeat, end - 1) + 1);
    if (nextBeat >= end) mask[BAR] = 1;
  }
}

/** Chord and tempo change at beats alone; the first beat says both outright. */
function allowHarmony(
  element: 'chord' | 'tempo',
  state: WordState,
  word: ArrayLike<number>,
  script: Pick<Script, 'tempo'>,
  mask: Uint8Array,
): void {
  const isBeat = (word[BAR_BEAT] - FIRST_POSITION) % STEPS_PER_BEAT === 0;
  const isFirst = state.tempo === 0;
  if (!isBeat) mask[CONTINUE] = 1;
  else if (element === 'tempo' && script.tempo !== undefined) mask[isFirst ? script.tempo : CONTINUE] = 1;
  else mask.fill(1, CONTINUE + Number(isFirst));
}
