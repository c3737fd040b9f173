import { portableExp } from '../engines/portable-math.ts';

/** Log probability, at temperature 1, of a value among those that a mask allows; logits of one row, from `offset`. */
export function logProbabilityAt(
  logits: Float32Array,
  offset: number,
  mask: Uint8Array,
  value: number,
): number {
  let total = 0;
  for (let i = 0; i < mask.length; i++)
    if (mask[i]) total += portableExp(logits[offset + i] - logits[offset + value]);
  return -Math.log(total);
}
