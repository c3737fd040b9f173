import type { Voice } from '../voices/voice.ts';
import type { Key, PedalSpan, TempoChange } from './changes.ts';
import type { FileTime } from './file-time.ts';

export type { Key, PedalSpan, TempoChange } from './changes.ts';

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

/** A further stroke of a note's key on the same step, exactly as it was played. */
export interface Stroke {
  /** Steps after the note's step. */
  readonly offset: number;
  /** Steps. */
  readonly length: number;
  readonly velocity: number;
  readonly part?: number;
}

/** One note on the grid. */
export interface PieceNote {
  /** Onset in steps (sixteenths) from the start of the piece; an integer. */
  readonly step: number;
  /** MIDI pitch 0..127, at sounding pitch (not moved to C). */
  readonly pitch: number;
  /** Length in steps on the grid: 0.5, or an integer from 1. */
  readonly duration: number;
  /** MIDI velocity 1..127. */
  readonly velocity: number;
  /** Played onset minus grid onset, in steps (-0.5..0.5); absent for music born on the grid. */
  readonly offset?: number;
  /** What the note is in the texture; absent where nobody has said. */
  readonly voice?: Voice;
  /** Steps that the key was held, exactly; absent where they are `duration`. */
  readonly length?: number;
  /** Whose voice it is, an index into the parts of the file it was read from; absent for the first. */
  readonly part?: number;
  /** Strokes of the same key that lie on this step too. */
  readonly again?: readonly Stroke[];
}

/** Chord from this beat on; null = no chord. */
export interface ChordChange {
  readonly beat: number;
  readonly chord: Chord | null;
}

/** Key from this beat on. */
export interface KeyChange {
  readonly beat: number;
  readonly key: Key;
}

/** Metre from this beat on, as a signature states it. */
export interface MetreChange {
  readonly beat: number;
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Music on a grid: bars of 1 to 4 beats, notes on quarters of a beat. What words are made from and made into. Beats are quarter
 * notes, and so steps sixteenths, unless `beatValue` says eighths.
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
  /** The note value of a beat: 8 in metres whose bars are no whole quarters (3/8, 7/8); absent: 4. */
  readonly beatValue?: 8;
  /** Metres as they are written, where that is more than `barBeats` tells. */
  readonly metres?: readonly MetreChange[];
  /** Keys over time where the music modulates; the first is at beat 0. Absent: `key` throughout. */
  readonly keys?: readonly KeyChange[];
  /** The tempo that words tell, where `tempos` follow a player's every beat. */
  readonly pace?: readonly TempoChange[];
  /** The file that it was read from: its own time, and what else it says. */
  readonly file?: FileTime;
}
