/**
 * e^x, sin and cos from + - * / alone. JavaScript leaves the last bits of Math.exp, sin and cos to the engine; these give
 * the same bits on every machine, so that a seed gives the same music everywhere.
 */

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the digits are the point, see above
const LOG2_E = 1.4426950408889634;
/** ln 2 in two parts: n times the first is exact (Cody and Waite). */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.4286068203094173e-6;
const LEAST = -1022;
const MOST = 1023;

/** 2^n for n = LEAST..MOST. */
const POWERS = new Float64Array(MOST - LEAST + 1);
POWERS[-LEAST] = 1;
for (let n = 1; n <= MOST; n++) POWERS[n - LEAST] = POWERS[n - 1 - LEAST] * 2;
for (let n = -1; n >= LEAST; n--) POWERS[n - LEAST] = POWERS[n + 1 - LEAST] / 2;

/** e^x; 0 below -708, Infinity above 709. Rational form of Cephes exp, relative error about 2e-16. */
export function portableExp(x: number): number {
  if (x < -708) return 0;
  if (x > 709) return Number.POSITIVE_INFINITY;
  const n = Math.round(LOG2_E * x);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  const s = r * r;
  const p = r * ((0.00012617719307481058 * s + 0.030299440770744195) * s + 1);
  const q = ((3.0019850513866446e-6 * s + 0.002524483403496841) * s + 0.22726554820815503) * s + 2;
  return (1 + (2 * p) / (q - p)) * POWERS[n - LEAST];
}

/** pi / 2 in three parts. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;

/** Sine for |x| up to about 10^5; polynomials of fdlibm on -pi/4..pi/4. */
export function portableSin(x: number): number {
  const quadrant = Math.round(x / HALF_PI_1);
  const r = x - quadrant * HALF_PI_1 - quadrant * HALF_PI_2 - quadrant * HALF_PI_3;
  const turn = ((quadrant % 4) + 4) % 4;
  const value = turn % 2 === 0 ? sineNear0(r) : cosineNear0(r);
  return turn < 2 ? value : -value;
}

/** Cosine for |x| up to about 10^5. */
export function portableCos(x: number): number {
  return portableSin(x + HALF_PI_1 + HALF_PI_2);
}

function sineNear0(x: number): number {
  const z = x * x;
  const tail =
    ((((1.58969099521155e-10 * z - 2.5050760253406863e-8) * z + 2.7557313707070068e-6) * z -
      0.0001984126982985795) *
      z +
      0.00833333333332249) *
      z -
    0.16666666666666632;
  return x + x * z * tail;
}

function cosineNear0(x: number): number {
  const z = x * x;
  const tail =
    ((((-1.1359647557788195e-11 * z + 2.087572321298175e-9) * z - 2.7557314351390663e-7) * z +
      2.480158728947673e-5) *
      z -
      0.001388888888887411) *
      z +
    0.0416666666666666;
  return 1 - z / 2 + z * z * tail;
}
