import { type Linear, NORM_EPS } from '../shared.ts';

/** y = W x + b of one row. */
export function linear({ weight, bias, inputs, outputs }: Linear, x: Float32Array): Float32Array {
  const y = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = bias[o];
    for (let i = 0; i < inputs; i++) sum += weight[o * inputs + i] * x[i];
    y[o] = sum;
  }
  return y;
}

export interface Norm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Layer norm of one row (Ba et al. 2016). */
export function layerNorm({ weight, bias }: Norm, x: Float32Array): Float32Array {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const scale = 1 / Math.sqrt(variance + NORM_EPS);
  return x.map((value, i) => (value - mean) * scale * weight[i] + bias[i]);
}

export const add = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value + b[i]);

/** The feature map of linear attention: elu(x) + 1. */
export const featureMap = (x: number): number => (x > 0 ? x + 1 : Math.exp(x));
