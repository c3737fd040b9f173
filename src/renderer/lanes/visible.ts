import type { PieceNote } from '../../model/music/piece.ts';

/**
 * Indices [from, to) of the notes that can show between two steps, in notes sorted by step. `longest` is the longest
 * duration, so that a long note that began before the left edge is still found.
 */
export function visibleRange(
  notes: readonly PieceNote[],
  fromStep: number,
  toStep: number,
  longest: number,
): { from: number; to: number } {
  return { from: firstAt(notes, fromStep - longest), to: firstAt(notes, toStep) };
}

/** Index of the first note at or after a step. */
function firstAt(notes: readonly PieceNote[], step: number): number {
  let low = 0;
  let high = notes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (notes[middle].step < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function longestDuration(notes: readonly PieceNote[]): number {
  return notes.reduce((longest, note) => Math.max(longest, note.duration), 1);
}
