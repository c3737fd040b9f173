import type { Key } from './piece.ts';

const LETTERS: Readonly<Record<string, number>> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };

/** A key as people write it: "C minor", "F# major", "Bb", "ebm", "A min"; major unless it says minor. Null if it is none. */
export function parseKey(text: string): Key | null {
  const found = /^([a-g])(#|♯|b|♭|-flat| flat|-sharp| sharp)?\s*(major|maj|minor|min|m)?$/i.exec(text.trim());
  if (!found) return null;
  const [, letter, accidental = '', mode = 'major'] = found;
  // A capital M is major by custom; the rest is read in any case.
  const minor = mode !== 'M' && /^(minor|min|m)$/i.test(mode);
  const shift = /#|♯|sharp/.test(accidental) ? 1 : accidental === '' ? 0 : -1;
  return { tonic: (LETTERS[letter.toLowerCase()] + shift + 12) % 12, mode: minor ? 'minor' : 'major' };
}
