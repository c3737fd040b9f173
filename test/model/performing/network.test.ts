import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PerformerNetwork } from '../../../src/model/performing/network.ts';
import type { TensorMap } from '../../../src/model/weights/tensor-map.ts';
import { config, network, tensors } from './shipped.ts';

interface Golden {
  bars: number[];
  rows: number[][];
  memory: number[][];
  notes: number[][];
  foot: number[][];
  hand: number[][];
  note: number[][];
}
const root = join(import.meta.dirname, '../../..');
const golden = JSON.parse(
  readFileSync(join(root, 'test/fixtures/listeners/performer.json'), 'utf8'),
) as Golden;

/** Both sides sum in float32, in another order. */
const TOLERANCE = 1e-4;

test('says what the trainer says, bar after bar', () => {
  let state = network.start();
  let worst = 0;
  let at = 0;
  const compare = (found: readonly number[], wanted: readonly number[]): void => {
    expect(found).toHaveLength(wanted.length);
    found.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - wanted[i]));
    });
  };
  for (const count of golden.bars) {
    const rows = golden.rows.slice(at, at + count).map((row) => Float32Array.from(row));
    const context = network.context(rows, state);
    state = context.state;
    context.at.forEach((here, i) => {
      const { down, up, lift, press, gap } = network.pedal(here, Float32Array.from(golden.memory[at + i]));
      compare([...down, ...up, ...lift, ...press, ...gap], golden.foot[at + i]);
      const { onset, lean } = network.timing(here);
      const hand = [onset.mean, onset.logDeviation, lean.mean, lean.logDeviation];
      compare(
        hand,
        golden.hand[at + i].filter((_, column) => column !== 2),
      );
      const own = network.note(here, Float32Array.from(golden.notes[at + i]));
      compare([own.mean, own.logDeviation], golden.note[at + i].slice(0, 2));
    });
    at += count;
  }
  expect(at).toBe(golden.rows.length);
  expect(worst).toBeLessThan(TOLERANCE);
});

test('weights for other features, or with a tensor that does not fit, are refused with what to do', () => {
  expect(() => new PerformerNetwork({ ...config, steps: 3 }, tensors)).toThrow(/fetch the model again/);
  const lame = new Proxy(tensors, {
    get: (map, name) => (name === 'shape' ? () => [1, 1] : Reflect.get(map, name).bind?.(map)),
  }) as TensorMap;
  expect(() => new PerformerNetwork(config, lame)).toThrow(/fetch the model again/);
});
