// Numbers to integers: activations to int16 with one scale a row, weights to int8 with one scale an output channel.

// @ts-ignore: decorator
@inline
function maxLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** max |x| over n values; what lies behind n up to a multiple of 4 is read and must not be larger: keep it 0. */
function maxAbs(x: usize, n: i32): f32 {
  let m = f32x4.splat(0.0);
  let i = 0;
  for (; i + 4 <= n; i += 4) m = f32x4.max(m, f32x4.abs(v128.load(x + (<usize>i << 2))));
  let best = maxLane(m);
  for (; i < n; i++) best = max(best, abs(load<f32>(x + (<usize>i << 2))));
  return best;
}

/** x (n floats) -> q (padded int16, zeros behind n). Returns the scale: x = q * scale. */
export function quantizeRow(x: usize, n: i32, padded: i32, q: usize, limit: f32): f32 {
  const m = maxAbs(x, n);
  const scale: f32 = m > 0 ? limit / m : 0;
  const s = f32x4.splat(scale);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const at = x + (<usize>i << 2);
    const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at), s)));
    const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at, 16), s)));
    v128.store(q + (<usize>i << 1), i16x8.narrow_i32x4_s(a, b));
  }
  for (; i < n; i++) {
    store<i16>(q + (<usize>i << 1), <i16>nearest(load<f32>(x + (<usize>i << 2)) * scale));
  }
  for (; i < padded; i++) store<i16>(q + (<usize>i << 1), 0);
  return m > 0 ? m / limit : 0;
}

/** Squared error of a row when its scale is `scale`. */
function rowError(x: usize, n: i32, scale: f32): f32 {
  const s = f32x4.splat(scale);
  const r = f32x4.splat(<f32>1.0 / scale);
  const low = f32x4.splat(-127.0);
  const high = f32x4.splat(127.0);
  let total = f32x4.splat(0.0);
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(x + (<usize>i << 2));
    const q = f32x4.max(low, f32x4.min(high, f32x4.nearest(f32x4.mul(v, r))));
    const d = f32x4.sub(v, f32x4.mul(q, s));
    total = f32x4.add(total, f32x4.mul(d, d));
  }
  return f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1)
    + f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3);
}

/**
 * Quantizes rows * n floats into blocks of eight rows: eight values of row 0, eight of row 1, … of row 7, next eight.
 * Of ten scales from max|w|/127 down to 0.82 of it, each row takes the one with the least squared error.
 * Rows and columns behind the matrix must have been set to 0 in `q`.
 */
export function quantizeWeights(w: usize, rows: i32, n: i32, padded: i32, q: usize, scales: usize): void {
  for (let r = 0; r < rows; r++) {
    const row = w + <usize>(r * n) * 4;
    const top = maxAbs(row, n) / <f32>127.0;
    if (!(top > 0)) {
      store<f32>(scales + (<usize>r << 2), 0);
      continue;
    }
    let scale = top;
    if ((n & 3) == 0) {
      let least = rowError(row, n, top);
      for (let c = 1; c < 10; c++) {
        const candidate: f32 = top * (<f32>1.0 - <f32>c * <f32>0.02);
        const e = rowError(row, n, candidate);
        if (e < least) {
          least = e;
          scale = candidate;
        }
      }
    }
    store<f32>(scales + (<usize>r << 2), scale);
    const block = q + <usize>(r >> 3) * <usize>(padded << 3) + (<usize>(r & 7) << 3);
    const inverse: f32 = <f32>1.0 / scale;
    let i = 0;
    for (; i + 8 <= n; i += 8) {
      const at = row + (<usize>i << 2);
      const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at), f32x4.splat(inverse))));
      const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at, 16), f32x4.splat(inverse))));
      const limit = i16x8.splat(127);
      const both = i16x8.max_s(i16x8.neg(limit), i16x8.min_s(limit, i16x8.narrow_i32x4_s(a, b)));
      v128.store64_lane(block + (<usize>i << 3), i8x16.narrow_i16x8_s(both, both), 0);
    }
    for (; i < n; i++) {
      const v = nearest(load<f32>(row + (<usize>i << 2)) * inverse);
      store<i8>(block + (<usize>(i >> 3) << 6) + <usize>(i & 7), <i8>max<f32>(-127, min<f32>(127, v)));
    }
  }
}

/** True when none of n floats is NaN or infinite; there is room for n rounded up to 4, filled with zeros. */
export function allFinite(x: usize, n: i32): bool {
  // A number times 0 is 0 (or -0); NaN and infinities give NaN, which no sum loses again.
  let sum = f32x4.splat(0.0);
  for (let i = 0; i < n; i += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(x + (<usize>i << 2)), f32x4.splat(0.0)));
  }
  return i32x4.all_true(f32x4.eq(sum, sum));
}
