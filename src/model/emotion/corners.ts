/** A point of the plane of emotions. */
interface Point {
  readonly valence: number;
  readonly arousal: number;
}

/** Something known at one point of each quadrant: Q1 (pleasant, excited), Q2, Q3, Q4, as EMOPIA numbers them. */
export type Corners<T> = readonly [T, T, T, T];

/**
 * How much each corner counts for an emotion; they add up to 1. Between the corners bilinear, beyond them as at the edge.
 */
export function cornerWeights(corners: Corners<Point>, { valence, arousal }: Point): Corners<number> {
  const [q1, q2, q3, q4] = corners;
  const up = (low: Point, high: Point) => part(low.arousal, high.arousal, arousal);
  const [right, left] = [up(q4, q1), up(q3, q2)];
  const pleasant = part((q2.valence + q3.valence) / 2, (q1.valence + q4.valence) / 2, valence);
  return [pleasant * right, (1 - pleasant) * left, (1 - pleasant) * (1 - left), pleasant * (1 - right)];
}

const part = (from: number, to: number, value: number): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));
