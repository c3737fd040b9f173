import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { StackSpec } from '../engine.ts';
import { ATTENTION_EPS, GELU_CUBE, GELU_SCALE, NORM_EPS } from '../shared.ts';
import type { TfApi, TfLayer, TfLinear, TfNorm } from './weights.ts';

/** State of an attention for a number of lanes: S [lanes * heads, d, d] and z [lanes * heads, 1, d]. */
export type AttentionState = { s: Tensor; z: Tensor };

export type Rows = (x: Tensor2D) => Tensor2D;

export const linear = (tf: TfApi, { weight, bias }: TfLinear, x: Tensor2D): Tensor2D =>
  tf.fused.matMul({ a: x, b: weight, bias }) as Tensor2D;

export function layerNorm(tf: TfApi, { weight, bias }: TfNorm, x: Tensor2D): Tensor2D {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const variance = tf.mean(tf.square(centred), 1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, NORM_EPS))), weight), bias);
}

/** GELU, tanh form. */
function gelu(tf: TfApi, x: Tensor2D): Tensor2D {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), GELU_CUBE)), GELU_SCALE);
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

export const featureMap = (tf: TfApi, x: Tensor): Tensor => tf.add(tf.elu(x), 1);

/** Column group `part` of [rows, parts * width] as [rows * heads, 1, d]. */
export function headRows(tf: TfApi, x: Tensor2D, part: number, { width, heads }: StackSpec): Tensor {
  const group = tf.slice(x, [0, part * width], [x.shape[0], width]);
  return tf.reshape(group, [x.shape[0] * heads, 1, width / heads]);
}

/** (q S) / (q z + eps) for queries [lanes * heads, n, d]. */
export function recall(tf: TfApi, { s, z }: AttentionState, query: Tensor): Tensor {
  const q = featureMap(tf, query);
  const weight = tf.add(tf.sum(tf.mul(q, z), 2, true), ATTENTION_EPS);
  return tf.div(tf.matMul(q, s), weight);
}

/** One layer, given what its attention does; see the reference engine for the formulas. */
export function applyLayer(
  tf: TfApi,
  spec: StackSpec,
  layer: TfLayer,
  x: Tensor2D,
  attend: Rows,
  cross: Rows | null,
) {
  const feed: Rows = (rows) => linear(tf, layer.down, gelu(tf, linear(tf, layer.up, rows)));
  const residual = (rows: Tensor2D, norm: TfNorm, f: Rows): Tensor2D =>
    spec.norm === 'pre'
      ? tf.add(rows, f(layerNorm(tf, norm, rows)))
      : layerNorm(tf, norm, tf.add(rows, f(rows)));
  let rows = residual(x, layer.norm1, attend);
  if (layer.norm3 && cross) rows = residual(rows, layer.norm3, cross);
  return residual(rows, layer.norm2, feed);
}

/** A whole sequence [length, width] as one state, heads apart: nothing fades, everything sees everything. */
export function gather(tf: TfApi, spec: StackSpec, key: Tensor2D, value: Tensor2D): AttentionState {
  const split = (x: Tensor2D): Tensor =>
    tf.transpose(tf.reshape(x, [x.shape[0], spec.heads, spec.width / spec.heads]), [1, 0, 2]);
  const k = featureMap(tf, split(key));
  return { s: tf.matMul(k, split(value), true, false), z: tf.sum(k, 1, true) };
}
