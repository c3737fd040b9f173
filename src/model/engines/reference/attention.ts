import type { StackSpec } from '../engine.ts';
import { ATTENTION_EPS } from '../shared.ts';
import { featureMap } from './arithmetic.ts';

/** Values of one lane's state of one attention: for each head S (d x d) then z (d). */
export const stateSize = ({ width, heads }: StackSpec): number => width * (width / heads) + width;

/** Adds key and value to the state: S = g S + k v^T, z = g z + k, per head. */
export function remember(
  spec: StackSpec,
  state: Float32Array,
  key: Float32Array,
  value: Float32Array,
  decay: readonly number[],
): void {
  const d = spec.width / spec.heads;
  const z = spec.width * d;
  for (let i = 0; i < spec.width; i++) {
    const head = Math.floor(i / d);
    const k = featureMap(key[i]);
    state[z + i] = decay[head] * state[z + i] + k;
    for (let j = 0; j < d; j++) state[i * d + j] = decay[head] * state[i * d + j] + k * value[head * d + j];
  }
}

/** Reads the state: (q S) / (q z + eps), per head. */
export function recall(spec: StackSpec, state: Float32Array, query: Float32Array): Float32Array {
  const d = spec.width / spec.heads;
  const z = spec.width * d;
  const out = new Float32Array(spec.width);
  for (let head = 0; head < spec.heads; head++) {
    let weight = ATTENTION_EPS;
    const sums = new Float64Array(d);
    for (let i = head * d; i < (head + 1) * d; i++) {
      const q = featureMap(query[i]);
      weight += q * state[z + i];
      for (let j = 0; j < d; j++) sums[j] += q * state[i * d + j];
    }
    for (let j = 0; j < d; j++) out[head * d + j] = sums[j] / weight;
  }
  return out;
}
