// Layer norm over one row, eps 1e-5. Widths are multiples of 4.

import { sum4 } from './math';

/** y = (x - mean) / sqrt(variance + 1e-5) * weight + bias; y may be x. */
export function layerNorm(x: usize, y: usize, width: i32, weight: usize, bias: usize): void {
  const bytes = <usize>width << 2;
  let sum = f32x4.splat(0.0);
  for (let i: usize = 0; i < bytes; i += 16) sum = f32x4.add(sum, v128.load(x + i));
  const mean = f32x4.splat(sum4(sum) / <f32>width);
  let squares = f32x4.splat(0.0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const d = f32x4.sub(v128.load(x + i), mean);
    squares = f32x4.add(squares, f32x4.mul(d, d));
  }
  const scale = f32x4.splat(<f32>1.0 / sqrt<f32>(sum4(squares) / <f32>width + <f32>1e-5));
  for (let i: usize = 0; i < bytes; i += 16) {
    const d = f32x4.mul(f32x4.sub(v128.load(x + i), mean), scale);
    v128.store(y + i, f32x4.add(f32x4.mul(d, v128.load(weight + i)), v128.load(bias + i)));
  }
}

/** Layer norm of n rows; y may be x. */
export function layerNormRows(x: usize, y: usize, n: i32, width: i32, weight: usize, bias: usize): void {
  const stride = <usize>width << 2;
  for (let r = 0; r < n; r++) layerNorm(x + <usize>r * stride, y + <usize>r * stride, width, weight, bias);
}
