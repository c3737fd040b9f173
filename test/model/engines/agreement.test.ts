import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Stack, StackSpec } from '../../../src/model/engines/engine.ts';
import { createReferenceEngine } from '../../../src/model/engines/reference/engine.ts';
import { Random } from '../../../src/model/muser/random.ts';
import type { Tensors } from '../../../src/model/weights/tensors.ts';
import { createTfjsWasmEngine } from '../../../src/services/inference/tfjs.ts';

const SPECS: Record<string, StackSpec> = {
  pre: { layers: 2, heads: 2, width: 8, ffn: 16, norm: 'pre', cross: false, decay: [0.9, 1] },
  post: { layers: 2, heads: 4, width: 8, ffn: 12, norm: 'post', cross: true, decay: [1, 1, 1, 1] },
};
const BATCH = 3;

/** Tensors of both stacks from a seed. */
function randomTensors(): Tensors {
  const values = new Map<string, { shape: number[]; data: Float32Array }>();
  const random = new Random(11);
  const put = (name: string, ...shape: number[]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    values.set(name, { shape, data: Float32Array.from({ length: size }, () => random.next() - 0.5) });
  };
  const linear = (name: string, inputs: number, outputs: number) => {
    put(`${name}.weight`, outputs, inputs);
    put(`${name}.bias`, outputs);
  };
  for (const [stack, { layers, width, ffn }] of Object.entries(SPECS)) {
    for (let i = 0; i < layers; i++) {
      const at = `${stack}.layers.${i}`;
      for (const norm of ['norm1', 'norm2', 'norm3'])
        for (const part of ['weight', 'bias']) put(`${at}.${norm}.${part}`, width);
      linear(`${at}.attn.qkv`, width, 3 * width);
      linear(`${at}.attn.out`, width, width);
      linear(`${at}.cross.q`, width, width);
      linear(`${at}.cross.kv`, width, 2 * width);
      linear(`${at}.cross.out`, width, width);
      linear(`${at}.ffn.up`, width, ffn);
      linear(`${at}.ffn.down`, ffn, width);
    }
    for (const part of ['weight', 'bias']) put(`${stack}.norm.${part}`, width);
  }
  linear('map', 8, 5);
  return {
    has: (name) => values.has(name),
    shape: (name) => values.get(name)!.shape,
    get: (name) => values.get(name)!.data.slice(),
  };
}

const rows = (seed: number, count = BATCH): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length: count * 8 }, () => 4 * random.next() - 2);
};

function near(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i] - expected[i])).toBeLessThan(1e-4);
}

let reference: Engine;
let tfjs: Engine;
beforeAll(async () => {
  const tensors = randomTensors();
  reference = createReferenceEngine(tensors);
  tfjs = await createTfjsWasmEngine(tensors);
});

/** Runs the same steps on both engines and compares every output. */
async function both(name: string, script: (stack: Stack) => Promise<Float32Array[]>): Promise<void> {
  const [expected, got] = [reference, tfjs].map((engine) => engine.stack(name, SPECS[name], BATCH));
  const [a, b] = [await script(expected), await script(got)];
  expect(a.length).toBeGreaterThan(0);
  a.forEach((row, i) => {
    near(b[i], row);
  });
}

describe.each(['pre', 'post'])('a %s-norm stack on tfjs', (name) => {
  const remember = async (stack: Stack) => {
    if (SPECS[name].cross) await stack.setMemory!(rows(99, 5), 5);
  };
  const step = async (stack: Stack, seed: number, active?: Uint8Array) =>
    Float32Array.from(await stack.step(rows(seed), active));

  it('agrees with the reference over many steps', () =>
    both(name, async (stack) => {
      await remember(stack);
      const out: Float32Array[] = [];
      for (let t = 0; t < 12; t++) out.push(await step(stack, t));
      return out;
    }));

  it('leaves lanes alone that are not active', () =>
    both(name, async (stack) => {
      await remember(stack);
      await step(stack, 1);
      const partly = await step(stack, 2, Uint8Array.from([1, 0, 1]));
      return [partly.subarray(0, 8), partly.subarray(16), await step(stack, 3)];
    }));

  it('forgets one lane or all', () =>
    both(name, async (stack) => {
      await remember(stack);
      await step(stack, 1);
      stack.reset(1);
      const one = await step(stack, 2);
      stack.reset();
      return [one, await step(stack, 3)];
    }));

  it('goes on from a saved lane, in any lane', async () => {
    for (const engine of [reference, tfjs]) {
      const stack = engine.stack(name, SPECS[name], BATCH);
      await remember(stack);
      await step(stack, 1);
      const saved = await stack.save(0);
      const expected = (await step(stack, 2)).slice(0, 8);
      for (let t = 3; t < 6; t++) await step(stack, t);
      stack.restore(2, saved);
      const x = rows(2);
      x.copyWithin(16, 0, 8);
      near(Float32Array.from(await stack.step(x)).subarray(16), expected);
    }
  });
});

describe('tfjs', () => {
  it('gives each lane its own memory', () =>
    both('post', async (stack) => {
      await stack.setMemory!(rows(1, 4), 4);
      await stack.setMemory!(rows(2, 6), 6, 1);
      return [Float32Array.from(await stack.step(rows(5)))];
    }));

  it('encodes a sequence as the reference does', async () => {
    const x = rows(8, 9);
    const spec = { ...SPECS.post, cross: false };
    near(await tfjs.encode('post', spec, x, 9), await reference.encode('post', spec, x, 9));
  });

  it('applies a linear map to as many rows as asked', async () => {
    const [a, b] = [reference.dense('map', BATCH), tfjs.dense('map', BATCH)];
    near(await b.apply(rows(4), 2), await a.apply(rows(4), 2));
  });

  it('leaves no tensors behind', async () => {
    const tf = await import('@tensorflow/tfjs-core');
    const before = tf.memory().numTensors;
    const stack = tfjs.stack('post', SPECS.post, BATCH);
    await stack.setMemory!(rows(1, 4), 4);
    for (let t = 0; t < 3; t++) await stack.step(rows(t), Uint8Array.from([1, 1, 0]));
    stack.restore(1, await stack.save(0));
    stack.reset();
    stack.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
