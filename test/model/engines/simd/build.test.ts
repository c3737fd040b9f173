import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileKernels } from '../../../../scripts/build-simd.mjs';

it('the committed kernels are what the sources compile to', async () => {
  const committed = readFileSync('src/model/engines/simd/kernels.generated.ts', 'utf8');
  expect(committed === (await compileKernels()), 'run: node scripts/build-simd.mjs').toBe(true);
});
