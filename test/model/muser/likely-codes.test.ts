import { beforeAll, expect, it } from 'vitest';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { likelyCodes } from '../../../src/model/muser/likely-codes.ts';
import { Muser } from '../../../src/model/muser/muser.ts';
import { goldenWeights } from '../helpers/golden.ts';

let muser: Muser;
beforeAll(async () => {
  const weights = await goldenWeights('affetto');
  muser = new Muser(weights, await createSimdEngine(weights));
});

/** Two bars of four beats; every book's code is the beat's number. */
const line = (firmness: readonly (number | null)[]) => ({
  mode: 1,
  form: [0, 1],
  codes: [0, 1].map(() => [0, 1, 2, 3].map((beat) => muser.config.books.map(() => beat))),
  firmness,
});

it('codes that may not move stay, and firm ones as good as stay', async () => {
  const { books } = muser.config;
  const kept = line(books.map(() => null));
  expect(await likelyCodes(muser, kept)).toEqual(kept.codes);
  expect(await likelyCodes(muser, line(books.map(() => 1e9)))).toEqual(kept.codes);
});

it('loose codes go to near ones, the same each time', async () => {
  const { books } = muser.config;
  const loose = line(books.map((_, book) => (book === 1 ? 0 : null)));
  const moved = await likelyCodes(muser, loose);
  expect(moved).toEqual(await likelyCodes(muser, loose));
  expect(moved).not.toEqual(loose.codes);
  for (const [beat, codes] of moved.flat().entries())
    for (const [book, code] of codes.entries()) {
      if (book !== 1) expect(code).toBe(beat % 4);
      else
        expect([
          beat % 4,
          ...muser
            .codebook(1)
            .near(beat % 4, 8)
            .map((near) => near.code),
        ]).toContain(code);
    }
});

it('near codes come nearest first, without the code itself', () => {
  const codebook = muser.codebook(0);
  const near = codebook.near(3, 5);
  expect(near).toHaveLength(5);
  expect(near.map(({ code }) => code)).not.toContain(3);
  expect(near.every(({ distance }, i) => i === 0 || distance >= near[i - 1].distance)).toBe(true);
  expect(codebook.usualDistance()).toBeGreaterThan(0);
});
