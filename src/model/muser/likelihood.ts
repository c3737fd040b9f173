import { portableExp } from '../engines/portable-math.ts';

/** Sums of log probabilities (nats), at temperature 1 and before any leaning. */
export class Likelihood {
  ofWords = 0;
  ofCodes = 0;
  /** Of codes that were given, from the first that was chosen on: how well what is kept goes with what is new. */
  ofKept = 0;
}

/** Log probability of a value among those that a mask allows. */
export function logProbability(logits: Float32Array, mask: Uint8Array, value: number): number {
  let total = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]) total += portableExp(logits[i] - logits[value]);
  return -Math.log(total);
}
