import { largest } from '../lists.ts';
import { type Chord, STEPS_PER_BEAT } from '../music/piece.ts';
import type { WrittenBar, WrittenNote } from '../tokens/read-bar.ts';

/** What a performer knows of the emotion; null where nobody said. */
export type PlayedEmotion = { readonly valence: number; readonly arousal: number } | null;

const POSITIONS = 16;
const CLASSES = 12;
/** In the order of a row, with the columns of each. */
const COLUMNS = {
  position: POSITIONS,
  onsetClasses: CLASSES,
  heldClasses: CLASSES,
  /** Beats of the bar, number of onsets, whether any, lowest, highest, bass on the root. */
  onsets: 6,
  /** Loudness (mean, greatest) and length (mean, greatest). */
  touch: 4,
  /** Keys held, keys let go, steps since and until the next onset. */
  hands: 4,
  /** Changes here, there is none, steps until it changes. */
  chord: 3,
  tempo: 1,
  emotion: 3,
  /** How far from the start of the music. */
  start: 1,
} as const;
export const STEP_FEATURES = Object.values(COLUMNS).reduce<number>((sum, count) => sum + count, 0);

/** One sixteenth of a bar: the row that the network reads, and what it stands for. */
export interface Step {
  readonly features: Float32Array;
  /** Notes that begin here, from the lowest. */
  readonly onsets: readonly WrittenNote[];
  /** Pitches of all keys that are down. */
  readonly held: readonly number[];
  readonly chord: Chord | null;
  readonly chordChanges: boolean;
}

/** Horizon of steps counted back and ahead. */
const FAR = 16;

/** Reads bar after bar; knows the bar it is given and what came before, nothing of what follows. */
export class StepReader {
  #held: { pitch: number; left: number }[] = [];
  #chord: Chord | null = null;
  #bpm = 120;
  #sinceOnset = FAR;
  #step = 0;

  /** The steps of the next bar. */
  read(bar: WrittenBar, emotion: PlayedEmotion): Step[] {
    const count = bar.beats * STEPS_PER_BEAT;
    const onsets = Array.from({ length: count }, (): WrittenNote[] => []);
    for (const note of bar.notes) onsets[note.step]?.push(note);
    for (const notes of onsets) notes.sort((a, b) => a.pitch - b.pitch);
    const chordAt = new Map(bar.chords.map(({ beat, chord }) => [beat * STEPS_PER_BEAT, chord]));
    const tempoAt = new Map(bar.tempos.map(({ beat, bpm }) => [beat * STEPS_PER_BEAT, bpm]));
    const untilOnset = stepsUntil(count, (step) => onsets[step].length > 0);
    const untilChord = stepsUntil(count, (step) => chordAt.has(step));
    return onsets.map((notes, position) => {
      const chordChanges = chordAt.has(position);
      if (chordChanges) this.#chord = chordAt.get(position) ?? null;
      this.#bpm = tempoAt.get(position) ?? this.#bpm;
      const released = this.#strike(notes);
      const held = this.#held.map(({ pitch }) => pitch);
      const features = new Float32Array(STEP_FEATURES);
      const row = new Row(features);
      row.oneOf(POSITIONS, position);
      row.classes(
        notes.map(({ pitch }) => pitch),
        this.#chord,
      );
      row.classes(held, this.#chord);
      const [lowest, highest] = [notes[0]?.pitch, notes[notes.length - 1]?.pitch];
      row.put(
        bar.beats / 4,
        Math.min(6, notes.length) / 6,
        notes.length > 0 ? 1 : 0,
        lowest === undefined ? 0 : (lowest - 60) / 24,
        highest === undefined ? 0 : (highest - 60) / 24,
        lowest !== undefined && lowest < 55 && lowest % CLASSES === this.#chord?.root ? 1 : 0,
      );
      row.meanAndMost(notes.map(({ velocity }) => (velocity - 64) / 32));
      row.meanAndMost(notes.map(({ duration }) => lengthOf(duration)));
      row.put(
        Math.min(8, held.length) / 8,
        Math.min(4, released) / 4,
        this.#sinceOnset / FAR,
        untilOnset[position] / FAR,
        chordChanges ? 1 : 0,
        this.#chord ? 0 : 1,
        untilChord[position] / FAR,
        (this.#bpm - 110) / 50,
        ...(emotion ? [emotion.valence, emotion.arousal, 1] : [0, 0, 0]),
        Math.min(FAR, this.#step) / FAR,
      );
      this.#sinceOnset = notes.length > 0 ? 0 : Math.min(FAR, this.#sinceOnset + 1);
      this.#step++;
      return { features, onsets: notes, held, chord: this.#chord, chordChanges };
    });
  }

  /** Reads on from here, apart from this one. */
  clone(): StepReader {
    const copy = new StepReader();
    copy.#held = this.#held;
    copy.#chord = this.#chord;
    copy.#bpm = this.#bpm;
    copy.#sinceOnset = this.#sinceOnset;
    copy.#step = this.#step;
    return copy;
  }

  /** Lets go what ends here and presses what begins; returns how many keys were let go. */
  #strike(notes: readonly WrittenNote[]): number {
    const before = this.#held.length;
    const again = new Set(notes.map(({ pitch }) => pitch));
    const kept = this.#held
      .map(({ pitch, left }) => ({ pitch, left: left - 1 }))
      .filter(({ pitch, left }) => left > 0 && !again.has(pitch));
    this.#held = [...kept, ...notes.map(({ pitch, duration }) => ({ pitch, left: duration }))];
    return before - kept.length;
  }
}

/** Steps from each step to the next one after it for which `is` holds; FAR where the bar has none. */
function stepsUntil(count: number, is: (step: number) => boolean): number[] {
  const out = new Array<number>(count);
  let next = Number.POSITIVE_INFINITY;
  for (let step = count - 1; step >= 0; step--) {
    out[step] = Math.min(FAR, next - step);
    if (is(step)) next = step;
  }
  return out;
}

/** Lengths 0.5 to 16 as 0 to about 1: square roots, close to logarithms and the same bits everywhere. */
export const lengthOf = (steps: number): number => Math.sqrt(steps) / 4;

/** Fills a row from left to right. */
class Row {
  #at = 0;
  readonly #values: Float32Array;

  constructor(values: Float32Array) {
    this.#values = values;
  }

  put(...values: number[]): void {
    for (const value of values) this.#values[this.#at++] = value;
  }

  oneOf(count: number, index: number): void {
    this.#values[this.#at + index] = 1;
    this.#at += count;
  }

  /** Pitch classes above the chord's root (above C where there is no chord). */
  classes(pitches: readonly number[], chord: Chord | null): void {
    const root = chord?.root ?? 0;
    for (const pitch of pitches) this.#values[this.#at + ((pitch - root + 120) % CLASSES)] = 1;
    this.#at += CLASSES;
  }

  meanAndMost(values: readonly number[]): void {
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    this.put(mean, values.length > 0 ? largest(values) : 0);
  }
}
