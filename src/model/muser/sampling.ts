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
  const allowed: number[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  for (let value = 0; value < mask.length; value++) {
    if (!mask[value]) continue;
    allowed.push(value);
    highest = Math.max(highest, logits[offset + value]);
  }
  if (!Number.isFinite(highest)) throw new AffettoError('the model answered with no numbers', 'failure');
  allowed.sort((a, b) => logits[offset + b] - logits[offset + a] || a - b);
  const weights = allowed.map((value) => Math.exp((logits[offset + value] - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let kept = 0;
  let nucleus = 0;
  while (kept < weights.length && (kept === 0 || nucleus < topP * total)) nucleus += weights[kept++];
  let left = random.next() * nucleus;
  for (let i = 0; i < kept - 1; i++) {
    left -= weights[i];
    if (left < 0) return allowed[i];
  }
  return allowed[kept - 1];
}

/** Classifier-free guidance (Ho and Salimans 2022): free + strength (asked - free), into `asked`. */
export function guide(asked: Float32Array, free: Float32Array, strength: number): void {
  for (let i = 0; i < asked.length; i++) asked[i] = free[i] + strength * (asked[i] - free[i]);
}
