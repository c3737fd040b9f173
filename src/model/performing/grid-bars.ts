import { type Piece, type PieceNote, STEPS_PER_BEAT } from '../music/piece.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';

/** A bar as a performer reads it; `first` is the index of its first note in the piece. */
export interface GridBar {
  readonly bar: WrittenBar;
  readonly first: number;
  readonly startStep: number;
}

/** A piece bar by bar, each with its own changes of tempo and chord; what was in force goes on until the first. */
export function gridBars(piece: Piece): GridBar[] {
  let [beat, first] = [0, 0];
  return piece.barBeats.map((beats) => {
    const [startBeat, startStep] = [beat, beat * STEPS_PER_BEAT];
    beat += beats;
    const notes: PieceNote[] = [];
    const start = first;
    while (first < piece.notes.length && piece.notes[first].step < beat * STEPS_PER_BEAT)
      notes.push(piece.notes[first++]);
    const inside = <T extends { readonly beat: number }>(changes: readonly T[]): T[] =>
      changes
        .filter((change) => change.beat >= startBeat && change.beat < beat)
        .map((change) => ({ ...change, beat: change.beat - startBeat }));
    return {
      bar: {
        beats,
        notes: notes.map(({ step, pitch, duration, velocity }) => ({
          step: step - startStep,
          pitch,
          duration,
          velocity,
        })),
        tempos: inside(piece.tempos),
        chords: inside(piece.chords),
      },
      first: start,
      startStep,
    };
  });
}
