import type { Chord, Piece } from '../../model/music/piece.ts';

/** First beat of each bar, and one more entry: the end of the piece. */
export function barStarts(piece: Piece): number[] {
  const starts = [0];
  for (const beats of piece.barBeats) starts.push(starts[starts.length - 1] + beats);
  return starts;
}

/** The bar that holds a beat; clamped to the piece. `starts` is what barStarts gives. */
export function barAt(starts: readonly number[], beat: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= beat) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The value of a list of changes in force at a beat. */
export function inForce<T extends { readonly beat: number }>(
  changes: readonly T[],
  beat: number,
): T | undefined {
  let found: T | undefined;
  for (const change of changes) {
    if (change.beat > beat) break;
    found = change;
  }
  return found;
}

/** Chords as spans of beats, for strips and labels. */
export function chordSpans(piece: Piece): { from: number; to: number; chord: Chord | null }[] {
  const end = barStarts(piece)[piece.barBeats.length];
  return piece.chords
    .map((change, i) => ({ from: change.beat, to: piece.chords[i + 1]?.beat ?? end, chord: change.chord }))
    .filter((span) => span.to > span.from && span.from < end);
}
