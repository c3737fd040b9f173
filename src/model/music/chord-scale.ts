import { chordTones } from './parse-chord.ts';
import type { Chord, Key } from './piece.ts';

/** Steps of each scale, in semitones above the tonic. */
export const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const;

/**
 * Pitch classes that go with a chord in a key, 1 for each of the twelve: the key's scale and the chord's tones. A scale tone
 * that the chord has altered (B flat under G major in C minor) is left out.
 */
export function chordScale(chord: Chord | null, { tonic, mode }: Key): Uint8Array {
  const classes = new Uint8Array(12);
  for (const step of SCALES[mode]) classes[(tonic + step) % 12] = 1;
  const tones = chord ? chordTones(chord) : [];
  for (const tone of tones.filter((tone) => !classes[tone]))
    for (const beside of [(tone + 1) % 12, (tone + 11) % 12]) classes[beside] = 0;
  for (const tone of tones) classes[tone] = 1;
  return classes;
}
