import type { Steer } from '../muser/steering.ts';
import { STEPS_PER_BEAT } from '../music/piece.ts';
import { durationSteps } from '../music/quantize.ts';
import { BAR, BAR_BEAT, CONTINUE, DURATION, FIRST_POSITION, PITCH, TYPE } from '../tokens/vocabulary.ts';
import { only } from './kept.ts';
import { longestOf } from './played-note.ts';
import { AT_BAR, type WordState } from './state.ts';
import { type Element, FIRST_VOICE, isNote, METRICAL, SIZES } from './vocabulary.ts';

/** How far the notes of a bar may stray from its density: a share, and one note. */
const LEEWAY = 0.3;

/** Narrows what one lane may write next to what its steering allows. */
export class SteeringState {
  readonly #steer: Steer;
  #notesInBar = 0;
  /** Step at which the last note of each pitch value ends at the latest. */
  readonly #ends = new Int32Array(SIZES.pitch);

  constructor(steer: Steer) {
    this.#steer = steer;
  }

  /** All of it, for `restore`. */
  save(): Int32Array {
    return Int32Array.of(this.#notesInBar, ...this.#ends);
  }

  restore(saved: Int32Array): void {
    this.#notesInBar = saved[0];
    this.#ends.set(saved.subarray(1));
  }

  /** Takes a word that has been written. @param state with the word taken in */
  take(word: ArrayLike<number>, state: WordState): void {
    if (isNote(word[TYPE])) {
      this.#ends[word[PITCH]] = state.step + Math.ceil(durationSteps(longestOf(word[DURATION])));
      this.#notesInBar++;
    } else if (word[BAR_BEAT] === BAR) this.#notesInBar = 0;
  }

  /**
   * Narrows the mask of an element; leaves at least one value of what the grammar allows.
   * @param follow notes that are sure to follow at the same position, for which room is left above
   */
  narrow(element: Element, state: WordState, word: ArrayLike<number>, mask: Uint8Array, follow = 0): void {
    if (element === 'type') this.#narrowTypes(state, mask);
    else if (element === 'barBeat') this.#narrowPlaces(state, mask);
    else if (element === 'pitch') this.#narrowPitches(state, mask, follow);
    else if (element === 'chord') this.#narrowChords(state, word[BAR_BEAT] - FIRST_POSITION, mask);
  }

  #narrowTypes(state: WordState, mask: Uint8Array): void {
    const mayNote = mask.indexOf(1, FIRST_VOICE) >= 0;
    if (!mayNote || !mask[METRICAL] || state.position >= AT_BAR) return;
    if (!this.#mayPlay(state, state.position) || !this.#pitchIsLeft(state)) mask.fill(0, FIRST_VOICE);
    else if (this.#tooFew(state) && state.position % STEPS_PER_BEAT === STEPS_PER_BEAT - 1)
      mask[METRICAL] = 0;
  }

  #narrowPlaces(state: WordState, mask: Uint8Array): void {
    let offBeats = 0;
    let others = 0;
    for (let value = BAR; value < mask.length; value++) {
      if (!mask[value]) continue;
      const position = value - FIRST_POSITION;
      if (position < 0 || position % STEPS_PER_BEAT === 0) others++;
      else if (this.#mayPlay(state, position)) offBeats++;
      // A position off the beat must have a note; the next beat start is always left.
      else if (hasBeat(mask)) mask[value] = 0;
    }
    if (offBeats === 0 || others === 0 || !this.#tooFew(state)) return;
    mask[BAR] = 0;
    for (let value = FIRST_POSITION; value < mask.length; value += STEPS_PER_BEAT) mask[value] = 0;
  }

  /** Where more notes are kept at a position than the chord has tones in the range, they keep to the range alone. */
  #narrowPitches(state: WordState, mask: Uint8Array, follow: number): void {
    const tones = this.#tonesHere(state);
    if (tones && this.#narrowTo((value) => tones[value] === 1, mask, follow)) return;
    this.#narrowTo(() => true, mask, follow);
  }

  /** Leaves pitches of the range that are among `isTone`, with room above for those that follow; false: there are none. */
  #narrowTo(isTone: (value: number) => boolean, mask: Uint8Array, follow: number): boolean {
    const { lowest, highest } = this.#steer;
    let top = highest;
    for (let left = follow; top >= lowest && (left > 0 || !isTone(top)); top--) if (isTone(top)) left--;
    const fits = (value: number): boolean => value >= lowest && value <= top && isTone(value);
    if (!mask.some((allowed, value) => allowed === 1 && fits(value))) return false;
    for (let value = 0; value < mask.length; value++) if (!fits(value)) mask[value] = 0;
    return true;
  }

  /** At beat starts the chord in force is told, and is heard where it begins. */
  #narrowChords(state: WordState, position: number, mask: Uint8Array): void {
    if (position < 0 || position % STEPS_PER_BEAT !== 0) return;
    const target = this.#steer.chordAt(state.bar, position / STEPS_PER_BEAT);
    if (target > 0) only(mask, target === state.chord ? CONTINUE : target);
  }

  /** Chord tones where a chord begins; null elsewhere. */
  #tonesHere({ bar, position }: WordState): Uint8Array | null {
    if (position >= AT_BAR || position % STEPS_PER_BEAT !== 0) return null;
    const beat = position / STEPS_PER_BEAT;
    const chord = this.#steer.chordAt(bar, beat);
    if (chord === 0) return null;
    const isNew = beat === 0 || this.#steer.chordAt(bar, beat - 1) !== chord;
    return isNew ? this.#steer.tonesOf(chord) : null;
  }

  #pitchIsLeft(state: WordState): boolean {
    const { lowest, highest } = this.#steer;
    const tones = this.#tonesHere(state);
    for (let value = Math.max(lowest, state.lastPitch + 1); value <= highest; value++)
      if (!tones || tones[value]) return true;
    return false;
  }

  /** True if one more note may begin at a position of the bar. */
  #mayPlay(state: WordState, position: number): boolean {
    const { polyphony, notesPerBeat } = this.#steer;
    const barStart = state.position >= AT_BAR ? state.step : state.step - state.position;
    let sounding = 0;
    for (let value = 1; value < this.#ends.length; value++)
      if (this.#ends[value] > barStart + position) sounding++;
    if (sounding >= polyphony) return false;
    if (notesPerBeat === null) return true;
    const beats = Math.floor(position / STEPS_PER_BEAT) + 1;
    return this.#notesInBar < Math.ceil(notesPerBeat * beats * (1 + LEEWAY)) + 1;
  }

  /** True if the bar, up to the end of this beat, has fewer notes than its density wants. */
  #tooFew({ position }: WordState): boolean {
    const { notesPerBeat } = this.#steer;
    if (notesPerBeat === null || position >= AT_BAR) return false;
    const beats = Math.floor(position / STEPS_PER_BEAT) + 1;
    return this.#notesInBar < Math.floor(notesPerBeat * beats * (1 - LEEWAY)) - 1;
  }
}

/** True if a beat start or a bar line may come. */
function hasBeat(mask: Uint8Array): boolean {
  if (mask[BAR]) return true;
  for (let value = FIRST_POSITION; value < mask.length; value += STEPS_PER_BEAT) if (mask[value]) return true;
  return false;
}
