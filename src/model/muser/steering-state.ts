import { STEPS_PER_BEAT } from '../music/piece.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  CONTINUE,
  DURATION,
  DURATION_STEPS,
  FIRST_POSITION,
  PITCH,
  TYPE,
  TYPE_METRICAL,
  TYPE_NOTE,
  VOCABULARY_SIZES,
} from '../tokens/vocabulary.ts';
import type { Steer } from './steering.ts';

/** How far the notes of a bar may stray from its density: a share, and one note. */
const LEEWAY = 0.3;

/** Follows one lane's words and narrows what may come next to what its steering allows. */
export class SteeringState {
  readonly #steer: Steer;
  readonly #beatsOf: (bar: number) => number;
  #bar = -1;
  /** Steps from the start of the piece to the bar, and position in it; -1 right after Bar. */
  #barStart = 0;
  #position = -1;
  #lastPitch = 0;
  #notesInBar = 0;
  /** Step at which the last note of each pitch value ends. */
  readonly #ends = new Int32Array(VOCABULARY_SIZES.pitch);

  constructor(steer: Steer, beatsOf: (bar: number) => number) {
    this.#steer = steer;
    this.#beatsOf = beatsOf;
  }

  clone(): SteeringState {
    const copy = new SteeringState(this.#steer, this.#beatsOf);
    copy.#bar = this.#bar;
    copy.#barStart = this.#barStart;
    copy.#position = this.#position;
    copy.#lastPitch = this.#lastPitch;
    copy.#notesInBar = this.#notesInBar;
    copy.#ends.set(this.#ends);
    return copy;
  }

  /** Takes a word that has been written. */
  push(word: ArrayLike<number>): void {
    if (word[TYPE] === TYPE_NOTE) {
      const end = this.#barStart + this.#position + Math.ceil(DURATION_STEPS[word[DURATION]]);
      this.#ends[word[PITCH]] = end;
      this.#lastPitch = word[PITCH];
      this.#notesInBar++;
    } else if (word[BAR_BEAT] === BAR) {
      if (this.#bar >= 0) this.#barStart += this.#beatsOf(this.#bar) * STEPS_PER_BEAT;
      this.#bar++;
      this.#position = -1;
      this.#lastPitch = 0;
      this.#notesInBar = 0;
    } else {
      this.#position = word[BAR_BEAT] - FIRST_POSITION;
      this.#lastPitch = 0;
    }
  }

  /**
   * Narrows the mask of an element; leaves at least one value of what the grammar allows.
   * @param follow notes that are sure to follow at the same position, for which room is left above
   */
  narrow(column: number, word: ArrayLike<number>, mask: Uint8Array, follow = 0): void {
    if (column === TYPE) this.#narrowTypes(mask);
    else if (column === BAR_BEAT && word[TYPE] === TYPE_METRICAL) this.#narrowPlaces(mask);
    else if (column === PITCH && word[TYPE] === TYPE_NOTE) this.#narrowPitches(mask, follow);
    else if (column === CHORD && word[TYPE] === TYPE_METRICAL) this.#narrowChords(word[BAR_BEAT], mask);
  }

  #narrowTypes(mask: Uint8Array): void {
    if (!mask[TYPE_NOTE] || !mask[TYPE_METRICAL]) return;
    if (!this.#mayPlay(this.#position) || !this.#pitchIsLeft()) mask[TYPE_NOTE] = 0;
    else if (this.#tooFew() && this.#position % STEPS_PER_BEAT === STEPS_PER_BEAT - 1)
      mask[TYPE_METRICAL] = 0;
  }

  #narrowPlaces(mask: Uint8Array): void {
    let offBeats = 0;
    let others = 0;
    for (let value = BAR; value < mask.length; value++) {
      if (!mask[value]) continue;
      const position = value - FIRST_POSITION;
      if (position < 0 || position % STEPS_PER_BEAT === 0) others++;
      else if (this.#mayPlay(position)) offBeats++;
      // A position off the beat must have a note; the next beat start is always left.
      else if (this.#onlyBeats(mask)) mask[value] = 0;
    }
    if (offBeats === 0 || others === 0 || !this.#tooFew()) return;
    mask[BAR] = 0;
    for (let beat = 0; FIRST_POSITION + beat < mask.length; beat += STEPS_PER_BEAT)
      mask[FIRST_POSITION + beat] = 0;
  }

  /** True if a beat start or a bar line may come. */
  #onlyBeats(mask: Uint8Array): boolean {
    if (mask[BAR]) return true;
    for (let value = FIRST_POSITION; value < mask.length; value += STEPS_PER_BEAT)
      if (mask[value]) return true;
    return false;
  }

  #narrowPitches(mask: Uint8Array, follow: number): void {
    const { lowest, highest } = this.#steer;
    const tones = this.#tonesHere();
    const inChord = (value: number): boolean => !tones || tones[value] === 1;
    let top = highest;
    for (let left = follow; top > lowest && (left > 0 || !inChord(top)); top--) if (inChord(top)) left--;
    const fits = (value: number): boolean => value >= lowest && value <= top && inChord(value);
    if (!mask.some((allowed, value) => allowed === 1 && fits(value))) return;
    for (let value = 0; value < mask.length; value++) if (!fits(value)) mask[value] = 0;
  }

  /** At beat starts the chord in force is told, and is heard where it begins. */
  #narrowChords(barBeat: number, mask: Uint8Array): void {
    const position = barBeat - FIRST_POSITION;
    if (position < 0 || position % STEPS_PER_BEAT !== 0) return;
    const target = this.#steer.chordAt(this.#bar, position / STEPS_PER_BEAT);
    if (target === 0) return;
    // What is in force can't be written again: then it goes on.
    const value = mask[target] ? target : CONTINUE;
    mask.fill(0);
    mask[value] = 1;
  }

  /** Chord tones where a chord begins; null elsewhere. */
  #tonesHere(): Uint8Array | null {
    if (this.#position < 0 || this.#position % STEPS_PER_BEAT !== 0) return null;
    const beat = this.#position / STEPS_PER_BEAT;
    const chord = this.#steer.chordAt(this.#bar, beat);
    if (chord === 0) return null;
    return beat === 0 || this.#steer.chordAt(this.#bar, beat - 1) !== chord
      ? this.#steer.tonesOf(chord)
      : null;
  }

  #pitchIsLeft(): boolean {
    const { lowest, highest } = this.#steer;
    const tones = this.#tonesHere();
    for (let value = Math.max(lowest, this.#lastPitch + 1); value <= highest; value++)
      if (!tones || tones[value]) return true;
    return false;
  }

  /** True if one more note may begin at a position of the bar. */
  #mayPlay(position: number): boolean {
    const { polyphony, notesPerBeat } = this.#steer;
    const step = this.#barStart + position;
    let sounding = 0;
    for (let value = 1; value < this.#ends.length; value++) if (this.#ends[value] > step) sounding++;
    if (sounding >= polyphony) return false;
    if (notesPerBeat === null) return true;
    const beats = Math.floor(position / STEPS_PER_BEAT) + 1;
    return this.#notesInBar < Math.ceil(notesPerBeat * beats * (1 + LEEWAY)) + 1;
  }

  /** True if the bar, up to the end of this beat, has fewer notes than its density wants. */
  #tooFew(): boolean {
    const { notesPerBeat } = this.#steer;
    if (notesPerBeat === null || this.#position < 0) return false;
    const beats = Math.floor(this.#position / STEPS_PER_BEAT) + 1;
    return this.#notesInBar < Math.floor(notesPerBeat * beats * (1 - LEEWAY)) - 1;
  }
}
