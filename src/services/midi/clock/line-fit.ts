/** One arrival: tick number (between two where several came at once) and time, ms. */
export interface Point {
  readonly tick: number;
  readonly time: number;
}

/** The straight line time = time + interval * (tick - this tick). */
export interface Line {
  readonly tick: number;
  /** Smoothed time of the tick. */
  readonly time: number;
  readonly interval: number;
  /** Mean of the squared residuals, corrected for the two fitted values. */
  readonly variance: number;
  /** Mean residual of the newest points: far from 0 when the line no longer holds. */
  readonly drift: number;
  /** Sum of the squared distances of the ticks from their mean: the more, the surer the interval. */
  readonly spread: number;
}

/** How many of the newest residuals make the drift. */
const DRIFT_POINTS = 8;

/** Least squares (two points or more). */
export function fitLine(points: readonly Point[]): Line {
  const n = points.length;
  const origin = points[n - 1];
  let tick = 0;
  let time = 0;
  for (const point of points) {
    tick += (point.tick - origin.tick) / n;
    time += (point.time - origin.time) / n;
  }
  tick += origin.tick;
  time += origin.time;
  let spread = 0;
  let covariance = 0;
  for (const point of points) {
    spread += (point.tick - tick) ** 2;
    covariance += (point.tick - tick) * (point.time - time);
  }
  const interval = covariance / spread;
  return measured({ tick, time, interval }, points, spread);
}

/** The line of this interval that lies closest to the points. */
export function fitPhase(points: readonly Point[], interval: number): Line {
  const { tick } = points[points.length - 1];
  let time = 0;
  for (const point of points) time += (point.time + (tick - point.tick) * interval) / points.length;
  return measured({ tick, time, interval }, points, 0);
}

/**
 * Least squares with points further than `limit` from the line drawn towards it, so that single stragglers weigh no more
 * than ordinary jitter. Their sign stays: a change of tempo, where many points lie off on one side, still shows in the
 * drift.
 */
export function fitLineClipped(points: readonly Point[], limit: number): Line {
  let clipped = points;
  let line = fitLine(points);
  for (let pass = 0; pass < 4; pass++) {
    clipped = points.map(({ tick, time }) => {
      const expected = timeOn(line, tick);
      return { tick, time: expected + Math.max(-limit, Math.min(limit, time - expected)) };
    });
    line = fitLine(clipped);
  }
  return line;
}

export function timeOn(line: Pick<Line, 'tick' | 'time' | 'interval'>, tick: number): number {
  return line.time + (tick - line.tick) * line.interval;
}

function measured(
  line: { tick: number; time: number; interval: number },
  points: readonly Point[],
  spread: number,
): Line {
  const n = points.length;
  const recent = Math.min(DRIFT_POINTS, n);
  let squares = 0;
  let drift = 0;
  points.forEach((point, i) => {
    const residual = point.time - timeOn(line, point.tick);
    squares += residual * residual;
    if (i >= n - recent) drift += residual / recent;
  });
  return { ...line, variance: squares / Math.max(1, n - 2), drift, spread };
}
