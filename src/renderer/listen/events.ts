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
    const keyUp = note.step + (note.offset ?? 0) + (note.length ?? note.duration);
    const held = pedal.find((span) => span.startStep < keyUp && span.endStep > keyUp);
    const again = nextOfPitch.get(note.pitch) ?? Number.POSITIVE_INFINITY;
    ends[i] = Math.min(held ? held.endStep : keyUp, again);
    nextOfPitch.set(note.pitch, note.step);
  }
  const notes = piece.notes.flatMap((note, i) => {
    const { step, pitch, velocity, offset = 0, again = [] } = note;
    const sound = (from: number, end: number, force: number): SoundingNote => ({
      at: line.seconds(Math.max(0, from)),
      until: line.seconds(Math.max(end, from + 0.25)),
      pitch,
      velocity: force,
    });
    return [
      sound(step + offset, ends[i], velocity),
      ...again.map((stroke) =>
        sound(step + stroke.offset, step + stroke.offset + stroke.length, stroke.velocity),
      ),
    ];
  });
  return notes.sort((a, b) => a.at - b.at);
}
