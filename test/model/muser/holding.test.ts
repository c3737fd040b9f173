import { describe, expect, it } from 'vitest';
import { generate } from '../../../src/model/muser/generate.ts';
import { holdAt, isHeld } from '../../../src/model/muser/holding.ts';
import { notesInBars } from '../../../src/model/music/cut-piece.ts';
import { shippedMuser } from '../helpers/shipped.ts';

describe('the hold on an emotion', () => {
  it('leaves short takes alone', () => {
    expect(isHeld({ bars: 16 })).toBe(false);
    for (const bar of [0, 8, 15]) expect(holdAt({ bars: 16 }, bar)).toBe(1);
  });

  it('grows with the bars that have gone, to a limit', () => {
    const long = { bars: 256 };
    expect(holdAt(long, 16)).toBe(1);
    expect(holdAt(long, 40)).toBeGreaterThan(1);
    expect(holdAt(long, 60)).toBeGreaterThan(holdAt(long, 40));
    expect(holdAt(long, 200)).toBe(holdAt(long, 96));
  });

  it('is there from the first bar of music without an end', () => {
    expect(holdAt({ bars: null }, 0)).toBeGreaterThan(1);
    expect(holdAt({ bars: null }, 96)).toBe(holdAt({ bars: 256 }, 96));
  });

  it('is heard: excited music stays as dense as it began', async () => {
    const muser = await shippedMuser();
    const takes = await generate(
      muser,
      { emotion: { valence: 0.56, arousal: 0.55 }, bars: 96 },
      { takes: 12, seed: 93_000 },
    );
    const notes = (from: number, to: number) =>
      takes.reduce((sum, { piece }) => sum + notesInBars(piece, from, to).length, 0);
    const kept = notes(64, 94) / 30 / (notes(0, 16) / 16);
    // 1.00; 0.88 without the hold. Between the two.
    expect(kept).toBeGreaterThan(0.94);
  }, 240_000);
});
