import { portableExp } from '../engines/portable-math.ts';
import { AffettoError, requireInput } from '../error.ts';
import type { SamplingSpec } from '../weights/config.ts';
import type { Random } from './random.ts';

/** Throws an input error unless the numbers make sense. */
export function checkSampling(name: string, { temperature, topP }: SamplingSpec): void {
  requireInput(
    Number.isFinite(temperature) && temperature > 0 && temperature <= 100,
    `${name}: temperature must be above 0 and at most 100, got ${temperature}`,
  );
  requireInput(topP > 0 && topP <= 1, `${name}: top-p must be above 0 and at most 1, got ${topP}`);
}

/** The only value a mask allows, or -1 if it allows several. Throws if it allows none. */
export function onlyChoice(mask: Uint8Array): number {
  const first = mask.indexOf(1);
  if (first < 0) throw new AffettoError('no value may follow here', 'failure');
  return mask.indexOf(1, first + 1) < 0 ? first : -1;
}

/** Room for one draw, so that none is made a step: values in the order of a heap, their weights in the order drawn. */
let heap = new Uint16Array(512);
let weights = new Float64Array(512);

/**
 * Draws a value: softmax of logits / temperature over what the mask allows, cut to the nucleus (the smallest set of most
 * likely values whose probability reaches topP; Holtzman et al. 2020). Ties go to the lower value.
 * @param logits at least `mask.length` values from `offset`
 */
export function sample(
  logits: Float32Array,
  offset: number,
  mask: Uint8Array,
  { temperature, topP }: SamplingSpec,
  random: Random,
): number {
  const only = onlyChoice(mask);
  if (only >= 0) return only;
  if (mask.length > heap.length) {
    heap = new Uint16Array(mask.length);
    weights = new Float64Array(mask.length);
  }
  let count = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let value = 0; value < mask.length; value++) {
    if (!mask[value]) continue;
    heap[count++] = value;
    if (logits[offset + value] > highest) highest = logits[offset + value];
  }
  if (!Number.isFinite(highest)) throw new AffettoError('the model answered with no numbers', 'failure');
  let total = 0;
  for (let i = 0; i < count; i++) total += portableExp((logits[offset + heap[i]] - highest) / temperature);
  for (let i = (count >> 1) - 1; i >= 0; i--) sink(logits, offset, i, count);
  // Most likely first, each taken off the heap and put behind what is left of it.
  let kept = 0;
  let nucleus = 0;
  while (kept < count && (kept === 0 || nucleus < topP * total)) {
    const last = count - 1 - kept;
    const value = heap[0];
    heap[0] = heap[last];
    heap[last] = value;
    sink(logits, offset, 0, last);
    weights[kept] = portableExp((logits[offset + value] - highest) / temperature);
    nucleus += weights[kept++];
  }
  let left = random.next() * nucleus;
  for (let i = 0; i < kept - 1; i++) {
    left -= weights[i];
    if (left < 0) return heap[count - 1 - i];
  }
  return heap[count - kept];
}

/** Restores the heap's order (more likely above; of equals the lower value) below place `at`. */
function sink(logits: Float32Array, offset: number, at: number, count: number): void {
  const value = heap[at];
  const size = logits[offset + value];
  for (;;) {
    let child = 2 * at + 1;
    if (child >= count) break;
    if (child + 1 < count && before(logits, offset, heap[child + 1], heap[child])) child++;
    const best = logits[offset + heap[child]];
    if (size > best || (size === best && value < heap[child])) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = value;
}

function before(logits: Float32Array, offset: number, a: number, b: number): boolean {
  const difference = logits[offset + a] - logits[offset + b];
  return difference > 0 || (difference === 0 && a < b);
}

/** Classifier-free guidance (Ho and Salimans 2022): free + strength (asked - free), into `asked`. */
export function guide(asked: Float32Array, free: Float32Array, strength: number): void {
  for (let i = 0; i < asked.length; i++) asked[i] = free[i] + strength * (asked[i] - free[i]);
}
