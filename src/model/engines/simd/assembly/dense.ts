// y = W x + b with int8 weights and int16 activations: i32x4.dot_i16x8_s sums pairs of products, exact in int32.

import {
  DENSE_BIAS,
  DENSE_INPUTS,
  DENSE_LIMIT,
  DENSE_OUTPUTS,
  DENSE_PADDED,
  DENSE_SCALES,
  DENSE_WEIGHTS,
  SCRATCH_QUANT,
  SCRATCH_SCALES,
  TILE,
} from './layout';
import { quantizeRow } from './quantize';

/** Four int32 vectors -> [sum a, sum b, sum c, sum d] as floats; in floats, for four lanes together may pass int32. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const fa = f32x4.convert_i32x4_s(a);
  const fb = f32x4.convert_i32x4_s(b);
  const fc = f32x4.convert_i32x4_s(c);
  const fd = f32x4.convert_i32x4_s(d);
  const ab = f32x4.add(v128.shuffle<f32>(fa, fb, 0, 1, 4, 5), v128.shuffle<f32>(fa, fb, 2, 3, 6, 7));
  const cd = f32x4.add(v128.shuffle<f32>(fc, fd, 0, 1, 4, 5), v128.shuffle<f32>(fc, fd, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

// @ts-ignore: decorator
@inline
function dot(w: usize, offset: usize, x: v128): v128 {
  return i32x4.dot_i16x8_s(v128.load_ext<i8>(w + offset), x);
}

// @ts-ignore: decorator
@inline
function finish(total: v128, scale: f32, scales: usize, bias: usize, y: usize, count: i32, add: bool): void {
  let out = f32x4.mul(total, f32x4.mul(f32x4.splat(scale), v128.load(scales)));
  out = f32x4.add(out, v128.load(bias));
  if (count >= 4) {
    if (add) out = f32x4.add(out, v128.load(y));
    v128.store(y, out);
    return;
  }
  // The last rows of a matrix whose outputs are no multiple of 4.
  if (count > 0) store<f32>(y, f32x4.extract_lane(out, 0) + (add ? load<f32>(y) : <f32>0.0));
  if (count > 1) store<f32>(y + 4, f32x4.extract_lane(out, 1) + (add ? load<f32>(y + 4) : <f32>0.0));
  if (count > 2) store<f32>(y + 8, f32x4.extract_lane(out, 2) + (add ? load<f32>(y + 8) : <f32>0.0));
}

/** Eight rows of the matrix, from `w`, for one quantized vector. */
// @ts-ignore: decorator
@inline
function blockOfOne(
  w: usize, padded: i32, q: usize, scale: f32, scales: usize, bias: usize, y: usize, count: i32, add: bool,
): void {
  const end = q + (<usize>padded << 1);
  let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  for (let x = q; x < end; x += 32, w += 128) {
    const v = v128.load(x);
    a0 = i32x4.add(a0, dot(w, 0, v));
    a1 = i32x4.add(a1, dot(w, 8, v));
    a2 = i32x4.add(a2, dot(w, 16, v));
    a3 = i32x4.add(a3, dot(w, 24, v));
    a4 = i32x4.add(a4, dot(w, 32, v));
    a5 = i32x4.add(a5, dot(w, 40, v));
    a6 = i32x4.add(a6, dot(w, 48, v));
    a7 = i32x4.add(a7, dot(w, 56, v));
    const u = v128.load(x, 16);
    a0 = i32x4.add(a0, dot(w, 64, u));
    a1 = i32x4.add(a1, dot(w, 72, u));
    a2 = i32x4.add(a2, dot(w, 80, u));
    a3 = i32x4.add(a3, dot(w, 88, u));
    a4 = i32x4.add(a4, dot(w, 96, u));
    a5 = i32x4.add(a5, dot(w, 104, u));
    a6 = i32x4.add(a6, dot(w, 112, u));
    a7 = i32x4.add(a7, dot(w, 120, u));
  }
  finish(sums(a0, a1, a2, a3), scale, scales, bias, y, count, add);
  finish(sums(a4, a5, a6, a7), scale, scales + 16, bias + 16, y + 16, count - 4, add);
}

/** All rows of the matrix for one quantized vector. */
function oneRow(dense: usize, q: usize, scale: f32, y: usize, add: bool): void {
  const padded = load<i32>(dense + DENSE_PADDED);
  const outputs = load<i32>(dense + DENSE_OUTPUTS);
  const w = load<usize>(dense + DENSE_WEIGHTS);
  const scales = load<usize>(dense + DENSE_SCALES);
  const bias = load<usize>(dense + DENSE_BIAS);
  for (let o = 0; o < outputs; o += 8) {
    const at = <usize>o << 2;
    blockOfOne(w + <usize>o * <usize>padded, padded, q, scale, scales + at, bias + at, y + at, outputs - o, add);
  }
}

/** Eight rows of the matrix, from `w`, for two quantized vectors; four rows at a time fill the registers. */
function blockOfTwo(
  w: usize, padded: i32, q0: usize, q1: usize, s0: f32, s1: f32,
  scales: usize, bias: usize, y0: usize, y1: usize, count: i32, add: bool,
): void {
  const bytes = <usize>padded << 1;
  for (let half = 0; half < 2 && count > 0; half++, count -= 4) {
    let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    let p = w;
    for (let i: usize = 0; i < bytes; i += 16, p += 64) {
      const v = v128.load(q0 + i);
      const u = v128.load(q1 + i);
      const w0 = v128.load_ext<i8>(p);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(w0, v));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(w0, u));
      const w1 = v128.load_ext<i8>(p, 8);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(w1, v));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(w1, u));
      const w2 = v128.load_ext<i8>(p, 16);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(w2, v));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(w2, u));
      const w3 = v128.load_ext<i8>(p, 24);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(w3, v));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(w3, u));
    }
    finish(sums(a0, a1, a2, a3), s0, scales, bias, y0, count, add);
    finish(sums(b0, b1, b2, b3), s1, scales, bias, y1, count, add);
    w += 32;
    scales += 16;
    bias += 16;
    y0 += 16;
    y1 += 16;
  }
}

/**
 * y = W x + b for n rows (at most TILE) of x; `add` adds to what y holds. Strides in bytes. Each block of eight matrix
 * rows serves all n vectors while it is in the nearest cache: one pass over the weights.
 */
export function denseRows(
  dense: usize, x: usize, xStride: usize, n: i32, y: usize, yStride: usize, add: bool, scratch: usize,
): void {
  const padded = load<i32>(dense + DENSE_PADDED);
  const inputs = load<i32>(dense + DENSE_INPUTS);
  const limit = load<f32>(dense + DENSE_LIMIT);
  const quant = load<usize>(scratch + SCRATCH_QUANT);
  const sizes = load<usize>(scratch + SCRATCH_SCALES);
  const qStride = <usize>padded << 1;
  for (let r = 0; r < n; r++) {
    const q = quant + <usize>r * qStride;
    store<f32>(sizes + (<usize>r << 2), quantizeRow(x + <usize>r * xStride, inputs, padded, q, limit));
  }
  if (n == 1) {
    oneRow(dense, quant, load<f32>(sizes), y, add);
    return;
  }
  const outputs = load<i32>(dense + DENSE_OUTPUTS);
  const weights = load<usize>(dense + DENSE_WEIGHTS);
  const scales = load<usize>(dense + DENSE_SCALES);
  const bias = load<usize>(dense + DENSE_BIAS);
  for (let o = 0; o < outputs; o += 8) {
    const w = weights + <usize>o * <usize>padded;
    const at = <usize>o << 2;
    let r = 0;
    for (; r + 1 < n; r += 2) {
      const q = quant + <usize>r * qStride;
      const out = y + <usize>r * yStride + at;
      const size = sizes + (<usize>r << 2);
      blockOfTwo(
        w, padded, q, q + qStride, load<f32>(size), load<f32>(size, 4),
        scales + at, bias + at, out, out + yStride, outputs - o, add,
      );
    }
    if (r < n) {
      blockOfOne(
        w, padded, quant + <usize>r * qStride, load<f32>(sizes + (<usize>r << 2)),
        scales + at, bias + at, y + <usize>r * yStride + at, outputs - o, add,
      );
    }
  }
}

/** y = W x + b for any number of rows, tile by tile. */
export function denseAll(
  dense: usize, x: usize, xStride: usize, n: i32, y: usize, yStride: usize, add: bool, scratch: usize,
): void {
  for (let r = 0; r < n; r += TILE) {
    const rows = min(TILE, n - r);
    denseRows(dense, x + <usize>r * xStride, xStride, rows, y + <usize>r * yStride, yStride, add, scratch);
  }
}

/** The roofline: the matrix-vector product alone, on whatever the scratch holds; no quantizing, no stack around it. */
export function walk(dense: usize, y: usize, scratch: usize): void {
  oneRow(dense, load<usize>(scratch + SCRATCH_QUANT), 1, y, false);
}
