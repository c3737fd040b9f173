// e^x and what is made of it, four at a time. Only + - * / and bit moves: the same bits on every machine.

const LOG2E: f32 = 1.44269504;
/** ln 2 in two parts, so that x - n ln 2 loses nothing (Cody and Waite). */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;

/** e^x, |relative error| < 2e-7, for x cut to -87..88. Polynomial of Cephes expf. */
// @ts-ignore: decorator
@inline
export function exp4(value: v128): v128 {
  let x = f32x4.min(f32x4.max(value, f32x4.splat(-87.0)), f32x4.splat(88.0));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(LOG2E)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, x), x), x), f32x4.splat(1.0));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** GELU, tanh form: 0.5 x (1 + tanh(u)) = x / (1 + e^(-2u)), u = sqrt(2/pi) (x + 0.044715 x^3). */
// @ts-ignore: decorator
@inline
export function gelu4(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x);
  const u = f32x4.add(x, f32x4.mul(cube, f32x4.splat(0.044715)));
  const e = exp4(f32x4.mul(u, f32x4.splat(-1.5957691216)));
  return f32x4.div(x, f32x4.add(f32x4.splat(1.0), e));
}

/** elu(x) + 1: x + 1 above 0, e^x below. */
// @ts-ignore: decorator
@inline
export function eluPlusOne4(x: v128): v128 {
  return v128.bitselect(
    f32x4.add(x, f32x4.splat(1.0)),
    exp4(x),
    f32x4.gt(x, f32x4.splat(0.0)),
  );
}

// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 2)) + (f32x4.extract_lane(x, 1) + f32x4.extract_lane(x, 3));
}

/** x[i] = gelu(x[i]) in place; n values, room for n rounded up to 4. */
export function geluInPlace(x: usize, n: i32): void {
  const end = x + (<usize>n << 2);
  for (; x < end; x += 16) v128.store(x, gelu4(v128.load(x)));
}

/** x[i] = elu(x[i]) + 1 in place; n values, a multiple of 4. */
export function eluPlusOneInPlace(x: usize, n: i32): void {
  const end = x + (<usize>n << 2);
  for (; x < end; x += 16) v128.store(x, eluPlusOne4(v128.load(x)));
}
