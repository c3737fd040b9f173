import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSimdEngine } from '../../../../src/model/engines/simd/engine.ts';
import { MadeTensors, row } from './random-tensors.ts';

const spec = {
  layers: 2,
  heads: 2,
  width: 64,
  ffn: 256,
  norm: 'pre',
  cross: false,
  decay: [0.9, 1],
} as const;
/** Of this stack's outputs on every machine, Node and browser; changes only when the kernels do. */
const DIGEST = '7a87257d64d8462a';

it('gives the same bits everywhere', async () => {
  const stack = (await createSimdEngine(new MadeTensors().putStack('s', spec))).stack('s', spec, 1);
  const hash = createHash('sha256');
  for (let t = 0; t < 50; t++)
    hash.update(new Uint8Array((stack.step(row(64, t + 1, 2)) as Float32Array).slice().buffer));
  expect(hash.digest('hex').slice(0, 16)).toBe(DIGEST);
});
