/** The straight line time = last + interval * k through points k = -(n-1) .. 0. */
export interface Line {
  /** Smoothed time of the newest point. */
  readonly last: number;
  readonly interval: number;
  /** Mean of the squared residuals, corrected for the two fitted values. */
  readonly variance: number;
  /** Mean residual of the newest points: far from 0 when the line no longer holds. */
  readonly drift: number;
}

/** How many of the newest residuals make the drift. */
export const DRIFT_POINTS = 8;

/** Least squares through the last `n` values of `times` (n >= 2). */
export function fitLine(times: readonly number[], n: number): Line {
  const start = times.length - n;
  const newest = times[times.length - 1];
  const middle = -(n - 1) / 2;
  let meanTime = 0;
  for (let i = 0; i < n; i++) meanTime += times[start + i] - newest;
  meanTime /= n;
  let covariance = 0;
  for (let i = 0; i < n; i++) covariance += (i - n + 1 - middle) * (times[start + i] - newest - meanTime);
  const interval = covariance / ((n * (n * n - 1)) / 12);
  const last = newest + meanTime - interval * middle;
  let squares = 0;
  let drift = 0;
  const recent = Math.min(DRIFT_POINTS, n);
  for (let i = 0; i < n; i++) {
    const residual = times[start + i] - (last + interval * (i - n + 1));
    squares += residual * residual;
    if (i >= n - recent) drift += residual / recent;
  }
  return { last, interval, variance: squares / Math.max(1, n - 2), drift };
}

/**
 * The same, with points further than `limit` from the line drawn towards it, so that single stragglers weigh no more than
 * ordinary jitter. Their sign stays: a change of tempo, where many points lie off on one side, still shows in the drift.
 */
export function fitLineClipped(times: readonly number[], n: number, limit: number): Line {
  const original = times.slice(times.length - n);
  let points = original;
  let line = fitLine(points, n);
  for (let pass = 0; pass < 4; pass++) {
    points = original.map((time, i) => {
      const expected = line.last + line.interval * (i - n + 1);
      return expected + Math.max(-limit, Math.min(limit, time - expected));
    });
    line = fitLine(points, n);
  }
  return line;
}

/**
 * Standard deviation of the jitter of evenly spaced arrivals, from their second differences: these do not see the tempo,
 * hardly see its changes, and the median ignores single stragglers. For independent jitter their variance is 6 times its.
 */
export function jitterOf(times: readonly number[], n: number): number {
  const differences: number[] = [];
  for (let i = Math.max(2, times.length - n); i < times.length; i++) {
    differences.push(Math.abs(times[i] - 2 * times[i - 1] + times[i - 2]));
  }
  if (differences.length === 0) return 0;
  differences.sort((a, b) => a - b);
  return differences[differences.length >> 1] / (0.6745 * Math.sqrt(6));
}
