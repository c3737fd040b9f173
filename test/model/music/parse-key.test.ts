import { describe, expect, it } from 'vitest';
import { parseKey } from '../../../src/model/music/parse-key.ts';

describe('a key as people write it', () => {
  it.each([
    ['C minor', 0, 'minor'],
    ['c', 0, 'major'],
    ['F# major', 6, 'major'],
    ['Bb', 10, 'major'],
    ['Ebm', 3, 'minor'],
    ['A min', 9, 'minor'],
    ['Cb major', 11, 'major'],
    ['b minor', 11, 'minor'],
    ['G M', 7, 'major'],
    [' d♭ maj ', 1, 'major'],
    ['B# minor', 0, 'minor'],
  ] as const)('%s', (text, tonic, mode) => {
    expect(parseKey(text)).toEqual({ tonic, mode });
  });

  it.each(['', 'H', 'C dorian', 'C minor minor', '5', 'Cx'])('%j is none', (text) => {
    expect(parseKey(text)).toBeNull();
  });
});
