import type { Piece } from '../../model/music/piece.ts';
import type { TempoLine } from './tempo-line.ts';

/** A note as it sounds: seconds from the start of the piece. */
export interface SoundingNote {
  readonly at: number;
  readonly until: number;
  readonly pitch: number;
  /** 1..127 */
  readonly velocity: number;
}

/** Notes in time order; a note under the pedal rings until the pedal comes up or its key is struck again. */
export function soundingNotes(piece: Piece, line: TempoLine): SoundingNote[] {
  const pedal = piece.pedal ?? [];
  const nextOfPitch = new Map<number, number>();
  const ends = new Array<number>(piece.notes.length);
  for (let i = piece.notes.length - 1; i >= 0; i--) {
    const note = piece.notes[i];
    const keyUp = note.step + note.duration;
    const held = pedal.find((span) => span.startStep < keyUp && span.endStep > keyUp);
    const again = nextOfPitch.get(note.pitch) ?? Number.POSITIVE_INFINITY;
    ends[i] = Math.min(held ? held.endStep : keyUp, again);
    nextOfPitch.set(note.pitch, note.step);
  }
  const notes = piece.notes.map((note, i) => ({
    at: line.seconds(Math.max(0, note.step + (note.offset ?? 0))),
    until: line.seconds(Math.max(ends[i], note.step + 0.25)),
    pitch: note.pitch,
    velocity: note.velocity,
  }));
  return notes.sort((a, b) => a.at - b.at);
}
