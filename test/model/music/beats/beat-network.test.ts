import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BEAT_FEATURES } from '../../../../src/model/music/beats/beat-features.ts';
import { BeatNetwork } from '../../../../src/model/music/beats/beat-network.ts';
import { TensorMap } from '../../../../src/model/weights/tensor-map.ts';

const folder = join(import.meta.dirname, '../../../fixtures/listeners');
const golden = JSON.parse(readFileSync(join(folder, 'beats.json'), 'utf8')) as {
  blocks: number;
  frames: number;
  values: number[];
  beat: number[];
  downbeat: number[];
};
const tensors = new TensorMap(readFileSync(join(folder, 'beats.safetensors')), 'beats.safetensors');

test('the folded network says what the trained one says', () => {
  const network = new BeatNetwork(tensors, golden.blocks);
  const values = Float32Array.from(golden.values);
  expect(values.length).toBe(golden.frames * BEAT_FEATURES);
  const { beat, downbeat } = network.beliefs({ start: 0, frames: golden.frames, values });
  const worst = (a: Float32Array, b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
  expect(worst(beat, golden.beat)).toBeLessThan(1e-4);
  expect(worst(downbeat, golden.downbeat)).toBeLessThan(1e-4);
});

test('weights that do not fit are refused by name', () => {
  expect(() => new BeatNetwork(tensors, 4)).toThrow(/blocks\.3\.wide\.weight.*missing/);
});
