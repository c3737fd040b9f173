import type { TimedNote } from '../music/song.ts';

/** What is read of a note. */
export type HeardNote = Pick<TimedNote, 'pitch' | 'velocity' | 'startSeconds' | 'endSeconds'>;

/** Onsets no further apart than this, in seconds, are one chord. */
export const TOGETHER = 0.05;

/** Notes as columns. */
export interface PlayedNotes {
  readonly count: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly pitch: Float64Array;
  readonly velocity: Float64Array;
}

/** Places of the notes (in any order) chord by chord, then by pitch. */
export function chordOrder(notes: readonly HeardNote[]): number[] {
  const byStart = notes.map((_, i) => i);
  byStart.sort((a, b) => notes[a].startSeconds - notes[b].startSeconds || notes[a].pitch - notes[b].pitch);
  const chord = new Int32Array(notes.length);
  let first = Number.NEGATIVE_INFINITY;
  let number = -1;
  for (const i of byStart) {
    if (notes[i].startSeconds > first + TOGETHER) {
      first = notes[i].startSeconds;
      number++;
    }
    chord[i] = number;
  }
  return byStart.sort((a, b) => chord[a] - chord[b] || notes[a].pitch - notes[b].pitch);
}

export function columnsOf(notes: readonly HeardNote[], order: readonly number[]): PlayedNotes {
  const column = (read: (note: HeardNote) => number) => Float64Array.from(order, (i) => read(notes[i]));
  return {
    count: order.length,
    start: column((note) => note.startSeconds),
    end: column((note) => note.endSeconds),
    pitch: column((note) => note.pitch),
    velocity: column((note) => note.velocity),
  };
}
