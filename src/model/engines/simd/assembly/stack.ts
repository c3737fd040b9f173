// A stack of layers over n rows: lanes that step together, one lane's rows in order, or a whole clip seen both ways.

import { read, step, update } from './attention';
import { denseRows } from './dense';
import * as at from './layout';
import { eluPlusOneInPlace, geluInPlace } from './math';
import { layerNorm } from './norm';

// @ts-ignore: decorator
@inline
function normRows(x: usize, y: usize, stride: usize, n: i32, width: i32, norm: usize): void {
  const weight = load<usize>(norm);
  const bias = load<usize>(norm, 4);
  for (let r = 0; r < n; r++) layerNorm(x + <usize>r * stride, y + <usize>r * stride, width, weight, bias);
}

/** Bytes of one head's state: d x d and d floats. */
// @ts-ignore: decorator
@inline
function headBytes(d: i32): usize {
  return <usize>(d * d + d) << 2;
}

/** x += out(read of the cross memory with q(h)); h is the input of the sublayer. States as in `forward`. */
function crossAttention(
  stack: usize, layer: usize, memory: usize, states: usize, h: usize, x: usize, n: i32, scratch: usize,
): void {
  const width = load<i32>(stack + at.STACK_WIDTH);
  const heads = load<i32>(stack + at.STACK_HEADS);
  const d = width / heads;
  const stride = <usize>width << 2;
  const wide = load<usize>(scratch + at.SCRATCH_WIDE);
  denseRows(load<usize>(layer + at.LAYER_CROSS_Q), h, stride, n, wide, stride, false, scratch);
  eluPlusOneInPlace(wide, n * width);
  for (let r = 0; r < n; r++) {
    const row = wide + <usize>r * stride;
    const state = load<usize>(states + (<usize>r << 2)) + memory;
    for (let head = 0; head < heads; head++) {
      const offset = <usize>(head * d) << 2;
      read(row + offset, state + <usize>head * headBytes(d), d, h + <usize>r * stride + offset);
    }
  }
  denseRows(load<usize>(layer + at.LAYER_CROSS_OUT), h, stride, n, x, stride, true, scratch);
}

/** x += down(gelu(up(h))). */
function feedForward(stack: usize, layer: usize, h: usize, x: usize, n: i32, scratch: usize): void {
  const stride = <usize>load<i32>(stack + at.STACK_WIDTH) << 2;
  const ffn = load<i32>(stack + at.STACK_FFN);
  const wide = load<usize>(scratch + at.SCRATCH_WIDE);
  const wideStride = <usize>ffn << 2;
  denseRows(load<usize>(layer + at.LAYER_UP), h, stride, n, wide, wideStride, false, scratch);
  geluInPlace(wide, n * ffn);
  denseRows(load<usize>(layer + at.LAYER_DOWN), wide, wideStride, n, x, stride, true, scratch);
}

/** What follows the attention read of a layer: its projection, cross-attention, feed-forward net. */
function rest(
  stack: usize, layer: usize, cross: usize, states: usize, normed: usize, work: usize, n: i32, scratch: usize,
): void {
  const width = load<i32>(stack + at.STACK_WIDTH);
  const pre = load<i32>(stack + at.STACK_PRE) != 0;
  const stride = <usize>width << 2;
  denseRows(load<usize>(layer + at.LAYER_OUT), normed, stride, n, work, stride, true, scratch);
  if (!pre) normRows(work, work, stride, n, width, layer + at.LAYER_NORM1);
  if (load<i32>(stack + at.STACK_CROSS) != 0) {
    if (pre) normRows(work, normed, stride, n, width, layer + at.LAYER_NORM3);
    else memory.copy(normed, work, <usize>n * stride);
    crossAttention(stack, layer, cross, states, normed, work, n, scratch);
    if (!pre) normRows(work, work, stride, n, width, layer + at.LAYER_NORM3);
  }
  if (pre) normRows(work, normed, stride, n, width, layer + at.LAYER_NORM2);
  feedForward(stack, layer, pre ? normed : work, work, n, scratch);
  if (!pre) normRows(work, work, stride, n, width, layer + at.LAYER_NORM2);
}

/** Rows of `from` picked by number, one after another, or the other way round. */
function gather(to: usize, from: usize, rows: usize, n: i32, stride: usize): void {
  for (let r = 0; r < n; r++) {
    memory.copy(to + <usize>r * stride, from + <usize>load<i32>(rows + (<usize>r << 2)) * stride, stride);
  }
}

function scatter(to: usize, from: usize, rows: usize, n: i32, stride: usize): void {
  for (let r = 0; r < n; r++) {
    memory.copy(to + <usize>load<i32>(rows + (<usize>r << 2)) * stride, from + <usize>r * stride, stride);
  }
}

// @ts-ignore: decorator
@inline
function lastNorm(stack: usize, work: usize, n: i32, rows: usize, y: usize): void {
  const width = load<i32>(stack + at.STACK_WIDTH);
  const stride = <usize>width << 2;
  const norm = stack + at.STACK_NORM;
  for (let r = 0; r < n; r++) {
    const out = y + <usize>load<i32>(rows + (<usize>r << 2)) * stride;
    layerNorm(work + <usize>r * stride, out, width, load<usize>(norm), load<usize>(norm, 4));
  }
}

/**
 * n rows (at most TILE) through all layers and the final norm. Row r reads x[rows[r]], uses and moves the state at
 * states[r] (rows of one state move it in order), and writes y[rows[r]].
 * Without `finish` it stops once every state has moved: y then holds the last layer's input and x what its attention
 * read; `answer` goes on from there for the rows whose output is wanted.
 * @param rows n row numbers, int32; @param states n addresses
 */
export function forward(
  stack: usize, n: i32, rows: usize, states: usize, x: usize, y: usize, scratch: usize, finish: bool,
): void {
  const width = load<i32>(stack + at.STACK_WIDTH);
  const heads = load<i32>(stack + at.STACK_HEADS);
  const layers = load<i32>(stack + at.STACK_LAYERS);
  const pre = load<i32>(stack + at.STACK_PRE) != 0;
  const decay = load<usize>(stack + at.STACK_DECAY);
  const layerState = load<usize>(stack + at.STACK_STATE);
  const d = width / heads;
  const stride = <usize>width << 2;
  const work = load<usize>(scratch + at.SCRATCH_X);
  const normed = load<usize>(scratch + at.SCRATCH_H);
  const wide = load<usize>(scratch + at.SCRATCH_WIDE);
  gather(work, x, rows, n, stride);
  let layer = load<usize>(stack + at.STACK_FIRST);
  for (let l = 0; l < layers; l++, layer += at.LAYER_BYTES) {
    if (pre) normRows(work, normed, stride, n, width, layer + at.LAYER_NORM1);
    const input = pre ? normed : work;
    denseRows(load<usize>(layer + at.LAYER_QKV), input, stride, n, wide, 3 * stride, false, scratch);
    for (let r = 0; r < n; r++) {
      const q = wide + <usize>r * 3 * stride;
      const state = load<usize>(states + (<usize>r << 2)) + <usize>l * layerState;
      eluPlusOneInPlace(q, 2 * width);
      for (let head = 0; head < heads; head++) {
        const offset = <usize>(head * d) << 2;
        step(
          q + offset, q + stride + offset, q + 2 * stride + offset, state + <usize>head * headBytes(d), d,
          load<f32>(decay + (<usize>head << 2)), normed + <usize>r * stride + offset,
        );
      }
    }
    if (!finish && l == layers - 1) {
      scatter(x, normed, rows, n, stride);
      scatter(y, work, rows, n, stride);
      return;
    }
    rest(stack, layer, <usize>(layers + l) * layerState, states, normed, work, n, scratch);
  }
  lastNorm(stack, work, n, rows, y);
}

/** The rest of a `forward` without `finish`, for some of its rows: y[rows[r]] becomes the output. */
export function answer(stack: usize, n: i32, rows: usize, states: usize, x: usize, y: usize, scratch: usize): void {
  const layers = load<i32>(stack + at.STACK_LAYERS);
  const layerState = load<usize>(stack + at.STACK_STATE);
  const stride = <usize>load<i32>(stack + at.STACK_WIDTH) << 2;
  const work = load<usize>(scratch + at.SCRATCH_X);
  const normed = load<usize>(scratch + at.SCRATCH_H);
  gather(normed, x, rows, n, stride);
  gather(work, y, rows, n, stride);
  const layer = load<usize>(stack + at.STACK_FIRST) + <usize>(layers - 1) * at.LAYER_BYTES;
  rest(stack, layer, <usize>(2 * layers - 1) * layerState, states, normed, work, n, scratch);
  lastNorm(stack, work, n, rows, y);
}

/** Fills the cross memory of one lane from `length` rows of `source`; kv holds TILE rows of 2 * width floats. */
export function crossMemory(stack: usize, state: usize, source: usize, length: i32, kv: usize, scratch: usize): void {
  const width = load<i32>(stack + at.STACK_WIDTH);
  const heads = load<i32>(stack + at.STACK_HEADS);
  const layers = load<i32>(stack + at.STACK_LAYERS);
  const layerState = load<usize>(stack + at.STACK_STATE);
  const d = width / heads;
  const stride = <usize>width << 2;
  let layer = load<usize>(stack + at.STACK_FIRST);
  for (let l = 0; l < layers; l++, layer += at.LAYER_BYTES) {
    const base = state + <usize>(layers + l) * layerState;
    memory.fill(base, 0, layerState);
    for (let t = 0; t < length; t += at.TILE) {
      const n = min(at.TILE, length - t);
      denseRows(
        load<usize>(layer + at.LAYER_CROSS_KV), source + <usize>t * stride, stride, n, kv, 2 * stride, false, scratch,
      );
      accumulate(kv, 2 * stride, n, base, heads, d);
    }
  }
}

/** Sums of φ(k) v^T and φ(k) over n rows; a row begins with k, then v. k is changed in place. */
function accumulate(k: usize, stride: usize, n: i32, base: usize, heads: i32, d: i32): void {
  const bytes = <usize>(heads * d) << 2;
  for (let r = 0; r < n; r++) {
    const row = k + <usize>r * stride;
    eluPlusOneInPlace(row, heads * d);
    for (let head = 0; head < heads; head++) {
      const offset = <usize>(head * d) << 2;
      update(row + offset, row + bytes + offset, base + <usize>head * headBytes(d), d, 1);
    }
  }
}

/**
 * A whole clip at once, every step seeing all: x (length rows) in place. `qkv` holds length rows of 3 * width floats,
 * `state` one layer's state.
 */
export function encodeAll(stack: usize, x: usize, length: i32, qkv: usize, state: usize, scratch: usize): void {
  const width = load<i32>(stack + at.STACK_WIDTH);
  const heads = load<i32>(stack + at.STACK_HEADS);
  const layers = load<i32>(stack + at.STACK_LAYERS);
  const pre = load<i32>(stack + at.STACK_PRE) != 0;
  const layerState = load<usize>(stack + at.STACK_STATE);
  const d = width / heads;
  const stride = <usize>width << 2;
  const normed = load<usize>(scratch + at.SCRATCH_H);
  let layer = load<usize>(stack + at.STACK_FIRST);
  for (let l = 0; l < layers; l++, layer += at.LAYER_BYTES) {
    memory.fill(state, 0, layerState);
    for (let t = 0; t < length; t += at.TILE) {
      const n = min(at.TILE, length - t);
      const rows = x + <usize>t * stride;
      if (pre) normRows(rows, normed, stride, n, width, layer + at.LAYER_NORM1);
      const wide = qkv + <usize>t * 3 * stride;
      denseRows(load<usize>(layer + at.LAYER_QKV), pre ? normed : rows, stride, n, wide, 3 * stride, false, scratch);
      accumulate(wide + stride, 3 * stride, n, state, heads, d);
    }
    for (let t = 0; t < length; t += at.TILE) {
      const n = min(at.TILE, length - t);
      const rows = x + <usize>t * stride;
      for (let r = 0; r < n; r++) {
        const q = qkv + <usize>(t + r) * 3 * stride;
        eluPlusOneInPlace(q, width);
        for (let head = 0; head < heads; head++) {
          const offset = <usize>(head * d) << 2;
          read(q + offset, state + <usize>head * headBytes(d), d, normed + <usize>r * stride + offset);
        }
      }
      denseRows(load<usize>(layer + at.LAYER_OUT), normed, stride, n, rows, stride, true, scratch);
      normRows(rows, pre ? normed : rows, stride, n, width, layer + (pre ? at.LAYER_NORM2 : at.LAYER_NORM1));
      feedForward(stack, layer, pre ? normed : rows, rows, n, scratch);
      if (!pre) normRows(rows, rows, stride, n, width, layer + at.LAYER_NORM2);
    }
  }
  normRows(x, x, stride, length, width, stack + at.STACK_NORM);
}
