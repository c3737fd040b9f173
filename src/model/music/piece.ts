import type { Voice } from '../voices/voice.ts';

/** A musical key: tonic as pitch class (0 = C … 11 = B) and mode. */
export interface Key {
  readonly tonic: number;
  readonly mode: 'major' | 'minor';
}

/** Chord qualities in vocabulary order; see docs/decisions.md for how richer chords are reduced to these. */
export const CHORD_QUALITIES = [
  'maj', 'min', 'dim', 'aug', 'sus2', 'sus4', 'maj7', 'min7', '7', 'dim7', 'm7b5',
] as const; // biome-ignore format: one line reads better
export type ChordQuality = (typeof CHORD_QUALITIES)[number];

/** Tones of each quality, in semitones above the root. */
export const CHORD_TONES: Readonly<Record<ChordQuality, readonly number[]>> = {
  maj: [0, 4, 7],
  min: [0, 3, 7],
  dim: [0, 3, 6],
  aug: [0, 4, 8],
  sus2: [0, 2, 7],
  sus4: [0, 5, 7],
  maj7: [0, 4, 7, 11],
  min7: [0, 3, 7, 10],
  '7': [0, 4, 7, 10],
  dim7: [0, 3, 6, 9],
  m7b5: [0, 3, 6, 10],
};

/** A chord by root pitch class and quality; `bass` is the lowest pitch class where it is known. */
export interface Chord {
  readonly root: number;
  readonly quality: ChordQuality;
  readonly bass?: number;
}

/** Grid resolution: sixteenth notes, four steps a quarter-note beat. */
export const STEPS_PER_BEAT = 4;
/** The most beats that a bar of a Piece can hold; longer bars are split at import. */
export const MAX_BEATS_PER_BAR = 4;

/** One note on the grid. */
export interface PieceNote {
  /** Onset in steps (sixteenths) from the start of the piece; an integer. */
  readonly step: number;
  /** MIDI pitch 0..127, at sounding pitch (not moved to C). */
  readonly pitch: number;
  /** Length in steps: 0.5, or an integer from 1. */
  readonly duration: number;
  /** MIDI velocity 1..127. */
  readonly velocity: number;
  /** Played onset minus grid onset, in steps (-0.5..0.5); absent for music born on the grid. */
  readonly offset?: number;
  /** What the note is in the texture; absent where nobody has said. */
  readonly voice?: Voice;
}

/** Tempo from this beat on; in force until the next change. */
export interface TempoChange {
  /** Beats (quarter notes) from the start of the piece. */
  readonly beat: number;
  readonly bpm: number;
}

/** Chord from this beat on; null = no chord. */
export interface ChordChange {
  readonly beat: number;
  readonly chord: Chord | null;
}

/** Sustain pedal held, in steps from the start (fractions allowed). */
export interface PedalSpan {
  readonly startStep: number;
  readonly endStep: number;
}

/**
 * Music on a grid: bars of 1 to 4 quarter-note beats, notes on sixteenths. What words are made from and made into.
 * Notes are sorted by step, then pitch; no two notes share both. The first tempo change is at beat 0.
 */
export interface Piece {
  readonly key: Key;
  /** Beats in each bar, 1..4; its length is the number of bars. */
  readonly barBeats: readonly number[];
  readonly notes: readonly PieceNote[];
  readonly tempos: readonly TempoChange[];
  readonly chords: readonly ChordChange[];
  readonly pedal?: readonly PedalSpan[];
}
