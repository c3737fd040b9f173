import type * as Tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../weights/tensors.ts';
import { readLinear } from '../shared.ts';

/** The tfjs API, handed in with its backend ready, as src/model may not load one. */
export type TfApi = typeof Tf;

/** A linear map with its weight turned to [in, out]. */
export interface TfLinear {
  readonly weight: Tf.Tensor2D;
  readonly bias: Tf.Tensor1D;
}

export interface TfNorm {
  readonly weight: Tf.Tensor1D;
  readonly bias: Tf.Tensor1D;
}

export function loadLinear(tf: TfApi, tensors: Tensors, name: string): TfLinear {
  const { weight, bias, inputs, outputs } = readLinear(tensors, name);
  return {
    weight: tf.tidy(() => tf.transpose(tf.tensor2d(weight, [outputs, inputs])) as Tf.Tensor2D),
    bias: tf.tensor1d(bias),
  };
}

export function loadNorm(tf: TfApi, tensors: Tensors, name: string): TfNorm {
  return {
    weight: tf.tensor1d(tensors.get(`${name}.weight`)),
    bias: tf.tensor1d(tensors.get(`${name}.bias`)),
  };
}

/** Weights of one layer, on the backend. */
export interface TfLayer {
  readonly norm1: TfNorm;
  readonly norm2: TfNorm;
  readonly norm3: TfNorm | null;
  readonly qkv: TfLinear;
  readonly out: TfLinear;
  readonly cross: { readonly q: TfLinear; readonly kv: TfLinear; readonly out: TfLinear } | null;
  readonly up: TfLinear;
  readonly down: TfLinear;
}

export function loadLayer(tf: TfApi, tensors: Tensors, name: string, cross: boolean): TfLayer {
  const map = (part: string): TfLinear => loadLinear(tf, tensors, `${name}.${part}`);
  return {
    norm1: loadNorm(tf, tensors, `${name}.norm1`),
    norm2: loadNorm(tf, tensors, `${name}.norm2`),
    norm3: cross ? loadNorm(tf, tensors, `${name}.norm3`) : null,
    qkv: map('attn.qkv'),
    out: map('attn.out'),
    cross: cross ? { q: map('cross.q'), kv: map('cross.kv'), out: map('cross.out') } : null,
    up: map('ffn.up'),
    down: map('ffn.down'),
  };
}
