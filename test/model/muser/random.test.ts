import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/model/muser/random.ts';

describe('seeded random numbers', () => {
  it('are the same sequence for ever', () => {
    const random = new Random(42);
    expect(Array.from({ length: 6 }, () => random.uint())).toMatchInlineSnapshot(`
      [
        2333038237,
        956201593,
        2513975886,
        1085208967,
        352828703,
        1655060405,
      ]
    `);
  });

  it('differ by seed and by stream', () => {
    const first = (seed: number, stream?: string) => new Random(seed, stream).uint();
    expect(new Set([first(0), first(1), first(0, 'words'), first(0, 'codes'), first(2 ** 32 - 1)]).size).toBe(
      5,
    );
  });

  it('are even over [0, 1)', () => {
    const random = new Random(7);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) bins[Math.floor(10 * random.next())]++;
    for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
