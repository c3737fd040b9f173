import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';
import { portableExp } from './portable-math.ts';

/** What linear attention divides by is kept from zero by this. */
export const ATTENTION_EPS = 1e-6;
export const NORM_EPS = 1e-5;
export const GELU_SCALE = Math.sqrt(2 / Math.PI);
export const GELU_CUBE = 0.044715;

/** GELU in its tanh form, as the networks are trained with. */
export function gelu(x: number): number {
  // tanh(u) = 1 - 2 / (exp(2u) + 1), so 0.5 x (1 + tanh u) = x - x / (exp(2u) + 1).
  return x - x / (portableExp(2 * GELU_SCALE * (x + GELU_CUBE * x * x * x)) + 1);
}

/** GELU of every value, in place. */
export function geluInPlace(x: Float32Array): Float32Array {
  for (let i = 0; i < x.length; i++) x[i] = gelu(x[i]);
  return x;
}

/** Weight and bias of a linear map with their sizes. */
export interface Linear {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
}

/** Reads `<name>.weight` and `<name>.bias` (zeros where there is none). */
export function readLinear(tensors: Tensors, name: string): Linear {
  const [outputs, inputs] = tensors.shape(`${name}.weight`);
  const bias = tensors.has(`${name}.bias`) ? tensors.get(`${name}.bias`) : new Float32Array(outputs);
  return { weight: tensors.get(`${name}.weight`), bias, inputs, outputs };
}

/** y = W x + b of one small vector. */
export function affine({ weight, bias, inputs }: Linear, x: Float32Array): Float32Array {
  return bias.map((b, o) => x.reduce((sum, value, i) => sum + value * weight[o * inputs + i], b));
}

/** Fails when a caller hands an engine a vector of another size than it needs; a bug of ours, not of the user. */
export function requireLength(x: Float32Array, least: number, what: string): void {
  if (x.length < least) throw new AffettoError(`${what}: needs ${least} values, got ${x.length}`, 'failure');
}
