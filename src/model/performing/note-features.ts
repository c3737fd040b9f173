import type { WrittenNote } from '../tokens/read-bar.ts';
import { lengthOf } from './step-reader.ts';

export const NOTE_FEATURES = 8;

/** The place of a note in its chord from the bottom, -0.5 to 0.5; 0 for one alone. */
export const rankOf = (index: number, count: number): number => (count > 1 ? index / (count - 1) - 0.5 : 0);

/** The row of one note of an onset; `onset` rises in pitch. */
export function noteFeatures(onset: readonly WrittenNote[], index: number): Float32Array {
  const note = onset[index];
  const loudness = onset.reduce((sum, { velocity }) => sum + velocity, 0) / onset.length;
  return Float32Array.of(
    index === 0 ? 1 : 0,
    index === onset.length - 1 ? 1 : 0,
    rankOf(index, onset.length),
    Math.min(6, onset.length) / 6,
    (note.velocity - loudness) / 16,
    lengthOf(note.duration),
    (note.pitch - 60) / 24,
    note.pitch < 52 ? 1 : 0,
  );
}
