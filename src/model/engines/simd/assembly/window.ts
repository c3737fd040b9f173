// Softmax attention of one step over a window of a ring of keys and values, with rotary positions; all in float32.

import { exp4, sum4 } from './math';

// @ts-ignore: decorator
@inline
function maxLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Turns the first half of a head with its second. `turns`: cosines of its pairs, then sines. */
function rotate(x: usize, turns: usize, pairs: i32): void {
  const half = <usize>pairs << 2;
  let i: usize = 0;
  for (; i + 16 <= half; i += 16) {
    const a = v128.load(x + i);
    const b = v128.load(x + half + i);
    const c = v128.load(turns + i);
    const s = v128.load(turns + half + i);
    v128.store(x + i, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)));
    v128.store(x + half + i, f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)));
  }
  for (; i < half; i += 4) {
    const a = load<f32>(x + i);
    const b = load<f32>(x + half + i);
    const c = load<f32>(turns + i);
    const s = load<f32>(turns + half + i);
    store<f32>(x + i, a * c - b * s);
    store<f32>(x + half + i, b * c + a * s);
  }
}

/** Four vectors -> [sum a, sum b, sum c, sum d]. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

/** Products of q with n keys of `bytes` bytes each, four at a time. */
function dots(q: usize, keys: usize, n: i32, bytes: usize, scores: usize): void {
  let k = keys;
  let t = 0;
  for (; t + 4 <= n; t += 4, k += 4 * bytes) {
    let a = f32x4.splat(0.0), b = a, c = a, d = a;
    let p = k;
    for (let i: usize = 0; i < bytes; i += 16, p += 16) {
      const v = v128.load(q + i);
      a = f32x4.add(a, f32x4.mul(v, v128.load(p)));
      b = f32x4.add(b, f32x4.mul(v, v128.load(p + bytes)));
      c = f32x4.add(c, f32x4.mul(v, v128.load(p + 2 * bytes)));
      d = f32x4.add(d, f32x4.mul(v, v128.load(p + 3 * bytes)));
    }
    v128.store(scores + (<usize>t << 2), sums(a, b, c, d));
  }
  for (; t < n; t++, k += bytes) {
    let a = f32x4.splat(0.0);
    for (let i: usize = 0; i < bytes; i += 16) a = f32x4.add(a, f32x4.mul(v128.load(q + i), v128.load(k + i)));
    store<f32>(scores + (<usize>t << 2), f32x4.extract_lane(sums(a, a, a, a), 0));
  }
}

/** e^(scale (x - max)) in place; room for n rounded up to 4. Returns the sum. */
function exponentials(scores: usize, n: i32, scale: f32): f32 {
  const end = scores + (<usize>n << 2);
  // What lies behind the last score must not count: the least that exp4 gives is 1e-38.
  for (let p = end; p < scores + (<usize>((n + 3) & ~3) << 2); p += 4) store<f32>(p, <f32>-1e30);
  let most = f32x4.splat(-1e30);
  for (let p = scores; p < end; p += 16) most = f32x4.max(most, v128.load(p));
  const top = f32x4.splat(maxLane(most));
  const scales = f32x4.splat(scale);
  let total = f32x4.splat(0.0);
  for (let p = scores; p < end; p += 16) {
    const e = exp4(f32x4.mul(f32x4.sub(v128.load(p), top), scales));
    v128.store(p, e);
    total = f32x4.add(total, e);
  }
  return sum4(total);
}

/** out += shares of n values of `bytes` bytes each. */
function gatherValues(shares: usize, values: usize, n: i32, bytes: usize, out: usize): void {
  const end = shares + (<usize>n << 2);
  let j: usize = 0;
  for (; j + 64 <= bytes; j += 64) {
    let a = v128.load(out + j), b = v128.load(out + j, 16), c = v128.load(out + j, 32), d = v128.load(out + j, 48);
    let v = values + j;
    for (let p = shares; p < end; p += 4, v += bytes) {
      const share = v128.load32_splat(p);
      a = f32x4.add(a, f32x4.mul(share, v128.load(v)));
      b = f32x4.add(b, f32x4.mul(share, v128.load(v, 16)));
      c = f32x4.add(c, f32x4.mul(share, v128.load(v, 32)));
      d = f32x4.add(d, f32x4.mul(share, v128.load(v, 48)));
    }
    v128.store(out + j, a);
    v128.store(out + j, b, 16);
    v128.store(out + j, c, 32);
    v128.store(out + j, d, 48);
  }
  for (; j < bytes; j += 16) {
    let a = v128.load(out + j);
    let v = values + j;
    for (let p = shares; p < end; p += 4, v += bytes) {
      a = f32x4.add(a, f32x4.mul(v128.load32_splat(p), v128.load(v)));
    }
    v128.store(out + j, a);
  }
}

/**
 * One step: takes the key and value of `place` into the ring, and answers from the last `window` places.
 * A head's width is a multiple of 4. Keys and values: for each head `ring` rows, those of place p at p % ring.
 * @param qkv queries, keys, values of all heads; queries and keys are turned in place
 * @param scores room for `window` floats, rounded up to 4
 */
export function attendWindow(
  qkv: usize, width: i32, heads: i32, turns: usize, keys: usize, values: usize, ring: i32, place: i32, window: i32,
  scores: usize, out: usize,
): void {
  const d = width / heads;
  const bytes = <usize>d << 2;
  const stride = <usize>width << 2;
  for (let head = 0; head < 2 * heads; head++) rotate(qkv + <usize>head * bytes, turns, d >> 1);
  const scale: f32 = <f32>1.0 / sqrt<f32>(<f32>d);
  const from = max(0, place + 1 - window);
  const count = place + 1 - from;
  const first = from % ring;
  // The window may go round the end of the ring.
  const before = min(count, ring - first);
  const after = count - before;
  const slot = <usize>(place % ring) * bytes;
  memory.fill(out, 0, stride);
  for (let head = 0; head < heads; head++) {
    const offset = <usize>head * bytes;
    const k = keys + <usize>(head * ring) * bytes;
    const v = values + <usize>(head * ring) * bytes;
    memory.copy(k + slot, qkv + stride + offset, bytes);
    memory.copy(v + slot, qkv + 2 * stride + offset, bytes);
    dots(qkv + offset, k + <usize>first * bytes, before, bytes, scores);
    dots(qkv + offset, k, after, bytes, scores + (<usize>before << 2));
    const inverse = f32x4.splat(<f32>1.0 / exponentials(scores, count, scale));
    const y = out + offset;
    gatherValues(scores, v + <usize>first * bytes, before, bytes, y);
    gatherValues(scores + (<usize>before << 2), v, after, bytes, y);
    for (let j: usize = 0; j < bytes; j += 16) v128.store(y + j, f32x4.mul(v128.load(y + j), inverse));
  }
}
