import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../../../src/model/engines/reference/engine.ts';
import { geluInPlace } from '../../../../src/model/engines/shared.ts';
import { createSimdEngine } from '../../../../src/model/engines/simd/engine.ts';
import { MadeTensors, relativeError, row } from './random-tensors.ts';

const shapes = [
  [8, 16],
  [4, 192],
  [135, 192],
  [7, 3],
  [1, 1],
  [13, 50],
  [256, 1024],
] as const;

describe('simd dense', () => {
  it.each(shapes)('is W x + b, %i x %i', async (outputs, inputs) => {
    const tensors = new MadeTensors().putDense('d', outputs, inputs);
    const dense = (await createSimdEngine(tensors)).dense('d', 5);
    const wanted = createReferenceEngine(tensors).dense('d', 5);
    expect([dense.inputs, dense.outputs]).toEqual([inputs, outputs]);
    for (const rows of [1, 2, 5]) {
      const x = row(rows * inputs, 7, 3);
      const got = await dense.apply(x, rows);
      expect(got.length).toBe(rows * outputs);
      expect(relativeError(got, await wanted.apply(x, rows))).toBeLessThan(0.01);
    }
  });

  it('is as exact as float32 for weights that int8 can hold', async () => {
    const weight = row(64 * 256, 3, 127).map((value) => Math.round(value));
    for (let o = 0; o < 64; o++) weight[o * 256] = 127;
    const tensors = new MadeTensors().put('d.weight', [64, 256], weight);
    const x = row(256, 9, 1);
    x[3] = 40; // one activation far above the rest: int16 leaves the rest their digits
    const got = await (await createSimdEngine(tensors)).dense('d', 1).apply(x, 1);
    const wanted = await createReferenceEngine(tensors).dense('d', 1).apply(x, 1);
    expect(relativeError(got, wanted)).toBeLessThan(3e-4);
  });

  it('does not overflow where every product is as large as it can be', async () => {
    const inputs = 4096;
    const tensors = new MadeTensors().put('d.weight', [8, inputs], new Float32Array(8 * inputs).fill(-2));
    const got = await (await createSimdEngine(tensors))
      .dense('d', 1)
      .apply(new Float32Array(inputs).fill(5), 1);
    for (const y of got) expect(y / (-10 * inputs)).toBeCloseTo(1, 4);
  });

  it('takes gelu of its input where asked', async () => {
    const tensors = new MadeTensors().putDense('d', 9, 33);
    const dense = (await createSimdEngine(tensors)).dense('d', 2);
    const x = row(2 * 33, 4, 4);
    const wanted = (await dense.apply(geluInPlace(x.slice()), 2)).slice();
    expect(relativeError(dense.applyToGelu!(x, 2) as Float32Array, wanted)).toBeLessThan(1e-4);
  });

  it('gives the bias for zeros', async () => {
    const tensors = new MadeTensors().putDense('d', 9, 32);
    const got = await (await createSimdEngine(tensors)).dense('d', 1).apply(new Float32Array(32), 1);
    expect([...got]).toEqual([...tensors.get('d.bias')]);
  });
});

describe('bad weights', () => {
  const spec = { layers: 1, heads: 2, width: 16, ffn: 32, norm: 'pre', cross: false, decay: [1, 1] } as const;
  const broken = async (change: (tensors: MadeTensors) => void): Promise<void> => {
    const tensors = new MadeTensors().putStack('s', spec);
    change(tensors);
    (await createSimdEngine(tensors)).stack('s', spec, 1);
  };

  it('names the tensor that holds NaN', async () => {
    const put = (value: number) => (tensors: MadeTensors) => {
      tensors.all.get('s.layers.0.ffn.up.weight')!.values[77] = value;
    };
    await expect(broken(put(Number.NaN))).rejects.toThrow(/s\.layers\.0\.ffn\.up\.weight holds NaN/);
    await expect(broken(put(Number.NEGATIVE_INFINITY))).rejects.toThrow(/infinite/);
    const bias = broken((tensors) => void tensors.all.get('s.norm.bias')!.values.fill(Number.NaN));
    await expect(bias).rejects.toThrow(/s\.norm\.bias holds NaN/);
  });

  it('names the tensor of another shape, and both shapes', async () => {
    await expect(broken((t) => void t.putDense('s.layers.0.attn.out', 16, 8))).rejects.toThrow(
      /attn\.out\.weight is 16 x 8, its config says 16 x 16/,
    );
    await expect(broken((t) => void t.putNorm('s.norm', 8))).rejects.toThrow(/8 values, its config says 16/);
  });

  it('says which widths it can run', async () => {
    const engine = await createSimdEngine(new MadeTensors());
    expect(() => engine.stack('s', { ...spec, width: 18 }, 1)).toThrow(/multiples of 4/);
    expect(() => engine.stack('s', { ...spec, decay: [1] }, 1)).toThrow(/2 decays/);
  });
});
