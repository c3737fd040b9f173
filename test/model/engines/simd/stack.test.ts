import { beforeAll, describe, expect, it } from 'vitest';
import type { Stack, StackSpec } from '../../../../src/model/engines/engine.ts';
import { createReferenceEngine } from '../../../../src/model/engines/reference/engine.ts';
import { createSimdEngine, type SimdEngine } from '../../../../src/model/engines/simd/engine.ts';
import { MadeTensors, relativeError, row } from './random-tensors.ts';

const base = { layers: 2, heads: 2, width: 64, ffn: 256, cross: false } as const;
const specs: Record<string, StackSpec> = {
  pre: { ...base, norm: 'pre', decay: [0.9, 1] },
  post: { ...base, norm: 'post', decay: [1, 1] },
  crossPre: { ...base, norm: 'pre', cross: true, decay: [1, 0.97] },
  crossPost: { ...base, norm: 'post', cross: true, decay: [1, 1] },
  // Heads of 12 and 6: no multiple of 16, none of 4.
  odd: { layers: 1, heads: 2, width: 24, ffn: 40, norm: 'pre', cross: false, decay: [0.8, 0.99] },
  odder: { layers: 2, heads: 2, width: 12, ffn: 20, norm: 'post', cross: true, decay: [0.8, 0.99] },
};
const tensors = new MadeTensors();
for (const [name, spec] of Object.entries(specs)) tensors.putStack(name, spec);
const reference = createReferenceEngine(tensors);
let engine: SimdEngine;
beforeAll(async () => {
  engine = await createSimdEngine(tensors);
});

/** Steps and gathers a copy of every output. */
function walk(stack: Stack, inputs: readonly Float32Array[], active?: Uint8Array): Float32Array[] {
  return inputs.map((x) => (stack.step(x, active) as Float32Array).slice());
}
const inputs = (steps: number, values: number, seed = 1): Float32Array[] =>
  Array.from({ length: steps }, (_, t) => row(values, seed * 1000 + t, 1.5));

describe.each(Object.entries(specs))('simd stack %s', (name, spec) => {
  it.each([1, 2, 3, 8])('gives the reference engine’s outputs, batch %i', (batch) => {
    const stacks = [engine.stack(name, spec, batch), reference.stack(name, spec, batch)];
    const memory = row(5 * spec.width, 99);
    if (spec.cross) for (const stack of stacks) stack.setMemory?.(memory, 5);
    const [got, wanted] = stacks.map((stack) => walk(stack, inputs(12, batch * spec.width)));
    for (let t = 0; t < 12; t++) expect(relativeError(got[t], wanted[t])).toBeLessThan(0.02);
    stacks[0].dispose();
  });
});

describe('simd stack', () => {
  const spec = specs.crossPre;
  const memory = (seed: number): Float32Array => row(70 * spec.width, seed);

  it('gives a lane the same bits alone and in a batch of more than one tile', () => {
    const batch = 67;
    const many = engine.stack('pre', specs.pre, batch);
    const xs = inputs(4, batch * 64);
    const all = walk(many, xs);
    for (const lane of [0, 1, 63, 64, 66]) {
      const one = walk(
        engine.stack('pre', specs.pre, 1),
        xs.map((x) => x.slice(lane * 64, (lane + 1) * 64)),
      );
      one.forEach((y, t) => {
        expect(y).toEqual(all[t].slice(lane * 64, (lane + 1) * 64));
      });
    }
  });

  it('goes on from a saved state in another lane', () => {
    const stack = engine.stack('crossPre', spec, 3);
    stack.setMemory?.(memory(1), 70, 1);
    const xs = inputs(6, 3 * 64);
    walk(stack, xs.slice(0, 3));
    const saved = stack.save(1) as Float32Array;
    const lane1 = walk(stack, xs.slice(3)).map((y) => y.slice(64, 128));
    const other = engine.stack('crossPre', spec, 1);
    other.restore(0, saved);
    const again = walk(
      other,
      xs.slice(3).map((x) => x.slice(64, 128)),
    );
    expect(again).toEqual(lane1);
    stack.restore(2, saved);
    expect(stack.save(2)).toEqual(saved);
    expect(() => other.restore(0, saved.subarray(1))).toThrow(/another stack/);
  });

  it('leaves the state of a lane that is not active alone', () => {
    const stack = engine.stack('crossPre', spec, 3);
    const [first, second] = inputs(2, 3 * 64);
    walk(stack, [first]);
    const before = stack.save(1);
    const all = walk(stack, [second], Uint8Array.of(1, 0, 1))[0];
    expect(stack.save(1)).toEqual(before);
    const full = engine.stack('crossPre', spec, 3);
    const wanted = walk(full, [first, second])[1];
    expect(all.slice(0, 64)).toEqual(wanted.slice(0, 64));
    expect(all.slice(128)).toEqual(wanted.slice(128));
  });

  it('forgets on reset, one lane or all, and begins with nothing', () => {
    const stack = engine.stack('pre', specs.pre, 2);
    const [x, other] = inputs(2, 128);
    const fresh = walk(stack, [x, other])[0];
    stack.reset(1);
    const half = walk(stack, [x])[0];
    expect(half.slice(64)).toEqual(fresh.slice(64));
    expect(half.slice(0, 64)).not.toEqual(fresh.slice(0, 64));
    stack.reset();
    expect(walk(stack, [x])[0]).toEqual(fresh);
  });

  it('gives a disposed stack’s room to the next one, zeroed', () => {
    const first = engine.stack('pre', specs.pre, 5);
    const [x] = inputs(1, 5 * 64);
    const wanted = walk(first, [x])[0];
    first.dispose();
    const used = engine.memoryBytes;
    const second = engine.stack('pre', specs.pre, 5);
    expect(engine.memoryBytes).toBe(used);
    expect(walk(second, [x])[0]).toEqual(wanted);
  });

  it('keeps its outputs when memory grows between steps', () => {
    const stack = engine.stack('pre', specs.pre, 1);
    const xs = inputs(3, 64);
    const wanted = walk(engine.stack('pre', specs.pre, 1), xs);
    const got = walk(stack, xs.slice(0, 1));
    engine.stack('pre', specs.pre, 900);
    expect([...got, ...walk(stack, xs.slice(1))]).toEqual(wanted);
  });

  it('gives answers that outlast a growing memory', async () => {
    const own = await createSimdEngine(tensors);
    const stack = own.stack('pre', specs.pre, 2);
    const [x] = inputs(1, 2 * 64);
    const answer = stack.step(x) as Float32Array;
    const [before, used] = [answer.slice(), own.memoryBytes];
    own.stack('pre', specs.pre, 900);
    expect(own.memoryBytes).toBeGreaterThan(used);
    expect(answer).toEqual(before);
  });

  it('needs no more memory for sequences of every length than for the longest', async () => {
    const own = await createSimdEngine(tensors);
    const encode = (length: number) => own.encode('pre', specs.pre, row(length * 64, length), length);
    encode(200);
    const used = own.memoryBytes;
    for (let length = 1; length < 200; length += 9) encode(length);
    expect(own.memoryBytes).toBe(used);
  });

  it('joins what is given back, whatever the order', async () => {
    const own = await createSimdEngine(tensors);
    const round = (first: number) => {
      const stacks = Array.from({ length: 12 }, (_, i) =>
        own.stack('pre', specs.pre, 1 + ((i * 5 + first) % 12)),
      );
      for (const i of [3, 5, 4, 11, 0, 1, 2, 7, 6, 10, 8, 9]) stacks[i].dispose();
    };
    round(0);
    const used = own.memoryBytes;
    for (let first = 1; first < 12; first++) round(first);
    expect(own.memoryBytes).toBe(used);
  });

  it('allocates nothing over a thousand steps', () => {
    const stack = engine.stack('pre', specs.pre, 1);
    const [x] = inputs(1, 64);
    const used = engine.memoryBytes;
    for (let t = 0; t < 1000; t++) stack.step(x);
    expect(engine.memoryBytes).toBe(used);
  });
});

describe('a step in two halves', () => {
  it.each(Object.keys(specs))('is the step, for the lanes that are asked: %s', (name) => {
    const { width } = specs[name];
    const whole = engine.stack(name, specs[name], 3);
    const halves = engine.stack(name, specs[name], 3);
    if (specs[name].cross) for (const stack of [whole, halves]) stack.setMemory?.(row(4 * width, 3), 4);
    inputs(4, 3 * width).forEach((x, t) => {
      const active = t === 2 ? Uint8Array.of(0, 1, 1) : undefined;
      const wanted = (whole.step(x, active) as Float32Array).slice(width);
      halves.takeIn?.(x, active);
      if (t === 1) return; // nothing asked: the states have moved all the same
      const got = halves.answer?.(Uint8Array.of(0, 1, 1)) as Float32Array;
      expect(got.slice(width)).toEqual(wanted);
    });
    expect(halves.save(0)).toEqual(whole.save(0));
  });
});

describe('encode', () => {
  it.each(['pre', 'post', 'odd'])('sees the whole clip, as the reference does: %s', async (name) => {
    const spec = specs[name];
    const length = 150;
    const x = row(length * spec.width, 5, 1.5);
    const wanted = await reference.encode(name, spec, x, length);
    const got = engine.encode(name, spec, x, length);
    expect(relativeError(got, wanted)).toBeLessThan(0.02);
  });
});
