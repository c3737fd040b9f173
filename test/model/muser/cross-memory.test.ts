import { describe, expect, it } from 'vitest';
import { crossMemory } from '../../../src/model/muser/cross-memory.ts';
import { goldenWeights } from '../helpers/golden.ts';

describe('the memory of cross-attention', () => {
  it('is the same whether a code is projected whole or put together from its slices', async () => {
    const weights = await goldenWeights('muser-paper');
    const { width } = weights.config.decoder.global;
    const table = weights.get('decoder.memory.codes');
    const row = (code: number, i: number) => table[code * width + i];
    // Slice e of a mixture counts as in the code it is from: mixtures that swap one slice both ways add up to both codes.
    const [a, b] = [3, 9];
    const swapped = [a, b].map((code, i) =>
      Array.from({ length: 7 }, (_, e) => (e === 4 ? [b, a][i] : code)),
    );
    const mixed = crossMemory(weights, [...swapped, [a]]);
    for (let i = 0; i < width; i++) {
      expect(mixed[i] + mixed[width + i]).toBeCloseTo(row(a, i) + row(b, i), 4);
      expect(mixed[2 * width + i]).toBe(row(a, i));
      expect(mixed[i]).not.toBe(row(a, i));
    }
  });

  it('wants a code for each element or one for all', async () => {
    const weights = await goldenWeights('muser-paper');
    expect(() => crossMemory(weights, [[1, 2]])).toThrow('each element');
  });
});
