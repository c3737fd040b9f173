import { describe, expect, it } from 'vitest';
import { RunIndex } from '../../../research/evaluation/copying.ts';
import { noteMoves } from '../../../src/model/choosing/note-moves.ts';
import { Random } from '../../../src/model/muser/random.ts';
import { pieceToWords } from '../../../src/model/tokens/encode.ts';
import { pieceOf } from './music.ts';

type Note = readonly [number, number, number, number];

const tune = (seed: number, notes = 60): Note[] => {
  const random = new Random(seed);
  return Array.from({ length: notes }, (_, i) => [2 * i, 40 + Math.floor(random.next() * 40), 2, 64]);
};
const movesOf = (notes: readonly Note[]) => noteMoves(pieceToWords(pieceOf(notes, { bars: 8 })));

describe('the longest run shared with a set of pieces', () => {
  const index = new RunIndex([1, 2, 3].map((seed) => movesOf(tune(seed))));

  it('finds a copy, transposed and with other lengths and velocities', () => {
    const copy = tune(2).map(([step, pitch]): Note => [step, pitch + 5, 4, 90]);
    expect(index.longestRun(movesOf(copy))).toBe(60);
  });

  it('finds a borrowed passage at its length', () => {
    const borrowed = [
      ...tune(9, 20),
      ...tune(3)
        .slice(10, 30)
        .map(([, pitch], i): Note => [40 + 2 * i, pitch, 2, 64]),
    ];
    const run = index.longestRun(movesOf(borrowed));
    expect(run).toBeGreaterThanOrEqual(20);
    expect(run).toBeLessThan(23);
  });

  it('finds next to nothing in a tune of its own, and nothing in none', () => {
    expect(index.longestRun(movesOf(tune(77)))).toBeLessThan(5);
    expect(index.longestRun(movesOf([]))).toBe(0);
  });

  it('never runs from one piece into the next', () => {
    const both = [...tune(1), ...tune(2).map(([step, ...rest]): Note => [step + 120, ...rest])];
    const words = pieceToWords(pieceOf(both, { bars: 16 }));
    expect(index.longestRun(noteMoves(words))).toBe(60);
  });
});
