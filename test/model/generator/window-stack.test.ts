import { beforeAll, describe, expect, it } from 'vitest';
import { createKernels } from '../../../src/model/engines/simd/kernels.ts';
import type { WindowStackSpec } from '../../../src/model/generator/config.ts';
import type { GeneratorEngine, WindowStack } from '../../../src/model/generator/engine.ts';
import { createReferenceGeneratorEngine } from '../../../src/model/generator/reference-engine.ts';
import { createSimdGeneratorEngine } from '../../../src/model/generator/simd-engine.ts';
import { SimdRoom } from '../../../src/model/generator/simd-room.ts';
import { SimdWindowStack } from '../../../src/model/generator/simd-stack.ts';
import { MadeTensors, relativeError, row } from '../engines/simd/random-tensors.ts';

const specs: Record<string, WindowStackSpec> = {
  plain: { layers: 2, heads: 2, width: 64, ffn: 128, window: 16, firstPeriod: 4 },
  // Heads of 12: pairs of turns that are no multiple of 4, values no multiple of 16; a window that is odd.
  odd: { layers: 1, heads: 3, width: 36, ffn: 40, window: 5, firstPeriod: 3 },
};
const tensors = new MadeTensors();
for (const [name, spec] of Object.entries(specs))
  tensors.putStack(name, { ...spec, norm: 'pre', cross: false, decay: [] });
const reference = createReferenceGeneratorEngine(tensors);
let simd: GeneratorEngine;
beforeAll(async () => {
  simd = await createSimdGeneratorEngine(tensors);
});

const inputOf = (t: number, lane: number, width: number): Float32Array => row(width, 100 * t + lane + 1, 1.5);

/** Steps of one lane, from its `from`th. */
function walk(stack: WindowStack, lane: number, from: number, to: number): Float32Array[] {
  return Array.from({ length: to - from }, (_, i) =>
    stack.step(inputOf(from + i, lane, stack.width), [lane], [Math.floor((from + i) / 2)]).slice(),
  );
}

describe.each(Object.entries(specs))('window stack %s', (name, spec) => {
  it('is the same in both engines, beyond the end of the ring', () => {
    const [a, b] = [simd.stack(name, spec, 1), reference.stack(name, spec, 1)];
    const [got, wanted] = [walk(a, 0, 0, 560), walk(b, 0, 0, 560)];
    for (const [t, y] of got.entries()) expect(relativeError(y, wanted[t])).toBeLessThan(0.02);
  });

  it.each(['reference', 'simd'])('%s: a step sees its window and nothing before', (which) => {
    const engine = which === 'simd' ? simd : reference;
    const stack = engine.stack(name, { ...spec, layers: 1 }, 2);
    const last = (lane: number, first: number): Float32Array => {
      let y = new Float32Array();
      for (let t = 0; t < spec.window; t++) {
        const input = inputOf(t === 0 ? first : t, 0, spec.width);
        y = stack.step(input, [lane], [t]).slice();
      }
      return y;
    };
    const [a, b] = [last(0, 0), last(1, 77)];
    expect(relativeError(a, b)).toBeGreaterThan(1e-4);
    const next = (lane: number) => stack.step(inputOf(50, 0, spec.width), [lane], [9]).slice();
    expect(next(0)).toEqual(next(1));
  });

  it.each(['reference', 'simd'])('%s: lanes go back, are copied, and do not disturb each other', (which) => {
    const engine = which === 'simd' ? simd : reference;
    const alone = walk(engine.stack(name, spec, 1), 0, 0, 40);
    const stack = engine.stack(name, spec, 3);
    expect(walk(stack, 0, 0, 30)).toEqual(alone.slice(0, 30));
    stack.copy(0, 2, 0);
    walk(stack, 1, 0, 7);
    const steps = Array.from({ length: 5 }, (_, t) => {
      const x = new Float32Array(2 * spec.width);
      x.set(inputOf(7 + t, 1, spec.width));
      x.set(inputOf(30 + t, 0, spec.width), spec.width);
      const times = [Math.floor((7 + t) / 2), Math.floor((30 + t) / 2)];
      return stack.step(x, [1, 0], times).slice(spec.width);
    });
    expect(steps).toEqual(alone.slice(30, 35));
    stack.back(0, 20);
    expect(walk(stack, 0, 20, 40)).toEqual(alone.slice(20));
    expect(stack.length(2)).toBe(30);
    const copied = inputOf(30, 0, spec.width);
    expect(stack.step(copied, [2], [15])).toEqual(alone[30]);
    // What two lanes have in common need not be copied.
    stack.back(0, 28);
    walk(stack, 2, 31, 36);
    stack.copy(2, 0, 28);
    const next = [0, 2].map((lane) => stack.step(inputOf(77, 0, spec.width), [lane], [18]).slice());
    expect(next[0]).toEqual(next[1]);
    expect(next[0]).not.toEqual(alone[36]);
    stack.dispose();
  });

  it.each(['reference', 'simd'])('%s: a lane that went further becomes what a shorter one is', (which) => {
    const engine = which === 'simd' ? simd : reference;
    // No room beside the window: what went further has written over what a copy of the shorter one still sees.
    const [stack, alone] = [engine.stack(name, spec, 2, 0), engine.stack(name, spec, 1, 0)];
    walk(stack, 0, 0, 30);
    stack.copy(0, 1, 0);
    walk(stack, 0, 30, 31);
    walk(stack, 1, 30, 34);
    stack.copy(0, 1, 30);
    const wanted = walk(alone, 0, 0, 50).slice(31);
    const goOn = (lane: number) =>
      Array.from({ length: 19 }, (_, i) =>
        stack.step(inputOf(31 + i, 0, spec.width), [lane], [Math.floor((31 + i) / 2)]).slice(),
      );
    expect(goOn(1)).toEqual(wanted);
    expect(goOn(0)).toEqual(wanted);
  });

  it('takes no more memory for the next session than for the one before', async () => {
    const kernels = await createKernels();
    const room = new SimdRoom(kernels, tensors);
    const session = () => new SimdWindowStack(room, name, spec, 3, 0).dispose();
    session();
    const { used } = room.memory;
    for (let i = 0; i < 20; i++) session();
    expect(room.memory.used).toBe(used);
  });

  it('refuses to go back further than is kept', () => {
    const stack = simd.stack(name, spec, 1);
    walk(stack, 0, 0, 540);
    expect(() => stack.back(0, spec.window)).toThrow('cannot go back');
    expect(() => stack.back(0, 541)).toThrow('cannot go back');
    stack.back(0, 540 - 512);
    walk(stack, 0, 28, 29);
  });
});
