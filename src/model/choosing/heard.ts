import type { HeardNote } from '../emotion/heard-note.ts';
import { type Piece, STEPS_PER_BEAT } from '../music/piece.ts';

/** The notes of a piece in seconds, at its tempos, for the recogniser; without pedal a note sounds while its key is held. */
export function heardNotes(piece: Piece): HeardNote[] {
  const seconds = clockOf(piece);
  return piece.notes.map(({ step, pitch, duration, velocity }) => {
    const endSeconds = seconds(step + duration);
    return { pitch, velocity, startSeconds: seconds(step), endSeconds, soundSeconds: endSeconds };
  });
}

/** Steps -> seconds. */
function clockOf({ tempos }: Piece): (step: number) => number {
  const starts: number[] = [];
  tempos.forEach(({ beat }, i) => {
    const before = tempos[i - 1];
    starts.push(before ? starts[i - 1] + (beat - before.beat) * (60 / before.bpm) : 0);
  });
  return (step) => {
    const beat = step / STEPS_PER_BEAT;
    let i = tempos.length - 1;
    while (i > 0 && tempos[i].beat > beat) i--;
    return starts[i] + (beat - tempos[i].beat) * (60 / tempos[i].bpm);
  };
}
