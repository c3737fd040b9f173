/** Small sums over lists; all give 0 for an empty list, so that a bare excerpt has a value for every feature. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Standard deviation over the population. */
export function deviation(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) ** 2;
  return Math.sqrt(sum / values.length);
}

/** Value at share 0..1 of an ascending list, nearest rank. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return 0;
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Share of the values that pass the test. */
export function share(values: readonly number[], test: (value: number) => boolean): number {
  if (values.length === 0) return 0;
  let count = 0;
  for (const value of values) if (test(value)) count++;
  return count / values.length;
}

/** Slope of the least-squares line through (x, y); 0 when x does not vary. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const centreX = mean(x);
  const centreY = mean(y);
  let above = 0;
  let below = 0;
  for (let i = 0; i < x.length; i++) {
    above += (x[i] - centreX) * (y[i] - centreY);
    below += (x[i] - centreX) ** 2;
  }
  return below > 0 ? above / below : 0;
}

/** Pearson correlation of two lists of one length; 0 when either does not vary. */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let sx = 0;
  let sy = 0;
  for (let i = 0; i < n; i++) {
    sx += x[i];
    sy += y[i];
  }
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const a = x[i] - sx / n;
    const b = y[i] - sy / n;
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** Entropy in nats of non-negative weights. */
export function entropy(weights: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  if (total <= 0) return 0;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const p = weights[i] / total;
    if (p > 0) sum -= p * Math.log(p);
  }
  return sum;
}
