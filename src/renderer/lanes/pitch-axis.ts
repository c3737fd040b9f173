import type { PieceNote } from '../../model/music/piece.ts';

/** Pitches to pixels: `low` is the lowest row, at the bottom. */
export interface PitchAxis {
  readonly low: number;
  readonly rows: number;
  readonly height: number;
}

const LEAST_ROWS = 30;
const MARGIN = 2;
const MIDDLE = 62;

/** The rows that hold these notes with a little air, never fewer than two and a half octaves. */
export function pitchAxisFor(notes: readonly PieceNote[], height: number): PitchAxis {
  let low = MIDDLE;
  let high = MIDDLE;
  if (notes.length > 0) {
    low = 127;
    high = 0;
    for (const note of notes) {
      low = Math.min(low, note.pitch);
      high = Math.max(high, note.pitch);
    }
  }
  low -= MARGIN;
  high += MARGIN;
  const missing = Math.max(0, LEAST_ROWS - (high - low + 1));
  low = Math.max(0, low - Math.ceil(missing / 2));
  high = Math.min(127, Math.max(high + Math.floor(missing / 2), low + LEAST_ROWS - 1));
  return { low, rows: high - low + 1, height };
}

export const rowHeight = (axis: PitchAxis): number => axis.height / axis.rows;
/** Top edge of a pitch's row. */
export const yOf = (axis: PitchAxis, pitch: number): number =>
  axis.height - (pitch - axis.low + 1) * rowHeight(axis);
export const pitchAt = (axis: PitchAxis, y: number): number =>
  Math.min(127, Math.max(0, axis.low + Math.floor((axis.height - y) / rowHeight(axis))));
