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
  const rows = Math.max(LEAST_ROWS, high - low + 1 + 2 * MARGIN);
  const centred = Math.round((low + high + 1 - rows) / 2);
  low = Math.max(0, Math.min(centred, 128 - rows));
  return { low, rows: Math.min(rows, 128), height };
}

export const rowHeight = (axis: PitchAxis): number => axis.height / axis.rows;
/** Top edge of a pitch's row. */
export const yOf = (axis: PitchAxis, pitch: number): number =>
  axis.height - (pitch - axis.low + 1) * rowHeight(axis);
export const pitchAt = (axis: PitchAxis, y: number): number =>
  Math.min(127, Math.max(0, axis.low + Math.floor((axis.height - y) / rowHeight(axis))));
