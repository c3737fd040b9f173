import type { Tensors } from '../../weights/tensors.ts';
import type { StackSpec } from '../engine.ts';
import { geluInPlace, type Linear, readLinear } from '../shared.ts';
import { add, layerNorm, linear, type Norm } from './arithmetic.ts';
import { recall, remember } from './attention.ts';

/** Weights of one layer. */
export interface Layer {
  readonly norm1: Norm;
  readonly norm2: Norm;
  readonly norm3: Norm | null;
  readonly qkv: Linear;
  readonly out: Linear;
  readonly cross: { readonly q: Linear; readonly kv: Linear; readonly out: Linear } | null;
  readonly up: Linear;
  readonly down: Linear;
}

export function readNorm(tensors: Tensors, name: string): Norm {
  return { weight: tensors.get(`${name}.weight`), bias: tensors.get(`${name}.bias`) };
}

export function readLayer(tensors: Tensors, name: string, cross: boolean): Layer {
  const map = (part: string): Linear => readLinear(tensors, `${name}.${part}`);
  return {
    norm1: readNorm(tensors, `${name}.norm1`),
    norm2: readNorm(tensors, `${name}.norm2`),
    norm3: cross ? readNorm(tensors, `${name}.norm3`) : null,
    qkv: map('attn.qkv'),
    out: map('attn.out'),
    cross: cross ? { q: map('cross.q'), kv: map('cross.kv'), out: map('cross.out') } : null,
    up: map('ffn.up'),
    down: map('ffn.down'),
  };
}

type Map1 = (x: Float32Array) => Float32Array;

/**
 * One layer for one row, given what its attention does. Pre-norm: x += f(norm x); post-norm: x = norm(x + f x).
 * Cross-attention (norm3) sits between self-attention (norm1) and the feed-forward net (norm2).
 */
export function applyLayer(spec: StackSpec, layer: Layer, x: Float32Array, attend: Map1, cross: Map1 | null) {
  const feed: Map1 = (row) => linear(layer.down, geluInPlace(linear(layer.up, row)));
  const residual = (row: Float32Array, norm: Norm, f: Map1): Float32Array =>
    spec.norm === 'pre' ? add(row, f(layerNorm(norm, row))) : layerNorm(norm, add(row, f(row)));
  let row = residual(x, layer.norm1, attend);
  if (layer.norm3 && cross) row = residual(row, layer.norm3, cross);
  return residual(row, layer.norm2, feed);
}

/** Causal self-attention of one row; `state` takes it in. */
export function selfAttend(
  spec: StackSpec,
  layer: Layer,
  state: Float32Array,
  row: Float32Array,
): Float32Array {
  const { width } = spec;
  const qkv = linear(layer.qkv, row);
  remember(spec, state, qkv.subarray(width, 2 * width), qkv.subarray(2 * width), spec.decay);
  return linear(layer.out, recall(spec, state, qkv.subarray(0, width)));
}

/** Attention of one row over a memory gathered before. */
export function crossAttend(
  spec: StackSpec,
  layer: Layer,
  memory: Float32Array,
  row: Float32Array,
): Float32Array {
  const { q, out } = layer.cross!;
  return linear(out, recall(spec, memory, linear(q, row)));
}

/** Gathers a memory (length rows of spec.width) into one state for cross-attention; nothing fades. */
export function gatherMemory(
  spec: StackSpec,
  layer: Layer,
  memory: Float32Array,
  length: number,
  state: Float32Array,
) {
  const { width } = spec;
  const steady = spec.decay.map(() => 1);
  state.fill(0);
  for (let t = 0; t < length; t++) {
    const kv = linear(layer.cross!.kv, memory.subarray(t * width, (t + 1) * width));
    remember(spec, state, kv.subarray(0, width), kv.subarray(width), steady);
  }
}
