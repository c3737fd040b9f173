import { type Piece, type PieceNote, STEPS_PER_BEAT } from './piece.ts';

/** Steps from the start of a piece to a bar; before the first it is 0, behind the last the end. */
const stepOfBar = ({ barBeats }: Pick<Piece, 'barBeats'>, bar: number): number =>
  barBeats.slice(0, Math.max(0, bar)).reduce((sum, beats) => sum + beats, 0) * STEPS_PER_BEAT;

/** Notes that begin in bars `from` up to (not with) `to`, as far as there are such bars. */
export function notesInBars(piece: Piece, from: number, to: number): PieceNote[] {
  const [first, end] = [stepOfBar(piece, from), stepOfBar(piece, to)];
  return piece.notes.filter(({ step }) => step >= first && step < end);
}

/** Bars `from` up to (not with) `to` as a piece of their own, with the tempo, chord, key and metre that are in force; not in a file's time any more. */
export function cutPiece(piece: Piece, from: number, to: number): Piece {
  const [first, end] = [stepOfBar(piece, from), stepOfBar(piece, to)];
  const within = <T extends { readonly beat: number }>(changes: readonly T[]): T[] => {
    const start = first / STEPS_PER_BEAT;
    const before = changes.findLast(({ beat }) => beat <= start);
    const inside = changes.filter(({ beat }) => beat > start && beat * STEPS_PER_BEAT < end);
    return [...(before ? [before] : []), ...inside].map((change) => ({
      ...change,
      beat: Math.max(0, change.beat - start),
    }));
  };
  const { pedal, beatValue, pace, keys, metres } = piece;
  return {
    key: piece.key,
    barBeats: piece.barBeats.slice(from, to),
    notes: notesInBars(piece, from, to).map((note) => ({ ...note, step: note.step - first })),
    tempos: within(piece.tempos),
    chords: within(piece.chords),
    ...(beatValue && { beatValue }),
    ...(pace && { pace: within(pace) }),
    ...(keys && { keys: within(keys) }),
    ...(metres && { metres: within(metres) }),
    ...(pedal && {
      pedal: pedal
        .filter(({ startStep, endStep }) => startStep < end && endStep > first)
        .map(({ startStep, endStep }) => ({
          startStep: Math.max(0, startStep - first),
          endStep: Math.min(end, endStep) - first,
        })),
    }),
  };
}
