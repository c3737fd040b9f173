import { STEPS_PER_BEAT } from '../music/piece.ts';
import { BAR, BAR_BEAT, CHORD, CONTINUE, FIRST_POSITION, PITCH, TEMPO, TYPE } from '../tokens/vocabulary.ts';
import {
  CHORD_STATE,
  ENDING,
  FEATURE_COUNT,
  FIRST_VOICE,
  METRICAL,
  MODE,
  TEMPO_STATE,
  TIMING,
  WORD_WIDTH,
} from './vocabulary.ts';

/** Positions beside 0..15: after a Bar word, and before the first word. */
export const AT_BAR = 16;
export const AT_START = 17;
const POSITION = WORD_WIDTH;
const COUNTS = TEMPO_STATE + 1;
const MOST_OF_VOICE = [7, 7, 15];
const POSITION_COUNT = COUNTS + MOST_OF_VOICE.length;
const MOST_AT_POSITION = 7;
const LAST = POSITION_COUNT + 1;

/** What follows from the words so far, kept as words come in; a row of features after each. */
export class WordState {
  /** Of the last word: bar and beat from the start, sixteenths from the start. Before the first word the bar is -1. */
  bar = -1;
  beat = 0;
  step = 0;
  /** Sixteenths from the bar line; AT_BAR or AT_START. */
  position = AT_START;
  /** Values in force; 0 before the first. */
  chord = 0;
  tempo = 0;
  /** Notes at this position so far, and the pitch value of the last of them, or 0. */
  notesHere = 0;
  lastPitch = 0;
  /** Timing value of the last note. */
  timing = 0;
  /** Pitch value of the last note of melody and of bass. */
  readonly lastOf = [0, 0];
  /** Notes of each voice in this beat. */
  readonly counts = [0, 0, 0];
  /** Beats that have begun. */
  beats = 0;
  #firstBeat = 0;

  /** Takes in a word and writes what is known after it, as planned: bars to the end (0 = not told), mode (0 = not told). */
  take(word: ArrayLike<number>, ending: number, mode: number, row: Uint8Array): void {
    if (word[TYPE] === METRICAL) this.#takePlace(word);
    else this.#takeNote(word);
    for (let i = 0; i < WORD_WIDTH; i++) row[i] = word[i];
    row[POSITION] = this.position;
    row[CHORD_STATE] = this.chord;
    row[TEMPO_STATE] = this.tempo;
    for (let voice = 0; voice < MOST_OF_VOICE.length; voice++)
      row[COUNTS + voice] = Math.min(this.counts[voice], MOST_OF_VOICE[voice]);
    row[POSITION_COUNT] = Math.min(this.notesHere, MOST_AT_POSITION);
    row[LAST] = this.lastOf[0];
    row[LAST + 1] = this.lastOf[1];
    row[LAST + 2] = this.timing;
    row[ENDING] = ending;
    row[MODE] = mode;
  }

  #takePlace(word: ArrayLike<number>): void {
    this.notesHere = 0;
    this.lastPitch = 0;
    if (word[BAR_BEAT] === BAR) {
      this.bar++;
      this.#firstBeat = this.beats;
      this.beat = this.beats;
      this.position = AT_BAR;
      this.step = this.beats * STEPS_PER_BEAT;
      this.counts.fill(0);
      return;
    }
    this.position = word[BAR_BEAT] - FIRST_POSITION;
    this.step = this.#firstBeat * STEPS_PER_BEAT + this.position;
    this.beat = Math.floor(this.step / STEPS_PER_BEAT);
    this.beats = Math.max(this.beats, this.beat + 1);
    if (this.position % STEPS_PER_BEAT === 0) this.counts.fill(0);
    if (word[CHORD] > CONTINUE) this.chord = word[CHORD];
    if (word[TEMPO] > CONTINUE) this.tempo = word[TEMPO];
  }

  #takeNote(word: ArrayLike<number>): void {
    const voice = word[TYPE] - FIRST_VOICE;
    this.counts[voice]++;
    this.notesHere++;
    this.lastPitch = word[PITCH];
    this.timing = word[TIMING];
    if (voice < this.lastOf.length) this.lastOf[voice] = word[PITCH];
  }

  /** All of it, for `restore`. */
  save(): Int32Array {
    const { bar, beat, step, position, chord, tempo, notesHere, lastPitch, timing, lastOf, counts } = this;
    return Int32Array.of(
      ...[bar, beat, step, position, chord, tempo, notesHere, lastPitch, timing, this.#firstBeat, this.beats],
      ...lastOf,
      ...counts,
    );
  }

  restore(saved: Int32Array): void {
    [this.bar, this.beat, this.step, this.position, this.chord, this.tempo] = saved;
    [this.notesHere, this.lastPitch, this.timing, this.#firstBeat, this.beats] = saved.subarray(6);
    for (let i = 0; i < 2; i++) this.lastOf[i] = saved[11 + i];
    for (let i = 0; i < 3; i++) this.counts[i] = saved[13 + i];
  }
}

/** The row before the first word. */
export function startFeatures(ending: number, mode: number): Uint8Array {
  const row = new Uint8Array(FEATURE_COUNT);
  row[ENDING] = ending;
  row[MODE] = mode;
  return row;
}
