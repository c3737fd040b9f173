import { correlation, mean } from '../../src/model/emotion/statistics.ts';

/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) out[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return out;
}

/** Spearman's rank correlation; 0 when either list does not vary. */
export const spearman = (x: readonly number[], y: readonly number[]): number =>
  correlation(ranks(x), ranks(y));

/** Standard deviation of a sample (n - 1); 0 for fewer than two values. */
export function sampleDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1));
}

/**
 * Gaussian kernel density at each point of `at`, bandwidth by Scott's rule, as in the overlap measure of Yang and Lerch
 * (2020). A set that does not vary gets a narrow kernel.
 */
export function density(values: readonly number[], at: readonly number[]): number[] {
  const width = Math.max(1e-3, sampleDeviation(values) * values.length ** -0.2);
  const scale = 1 / (values.length * width * Math.sqrt(2 * Math.PI));
  return at.map((x) => {
    let sum = 0;
    for (const value of values) sum += Math.exp(-0.5 * ((x - value) / width) ** 2);
    return sum * scale;
  });
}

const GRID = 512;

/** Area that the densities of two sets share, 0..1; 0 where either set is empty. */
export function overlap(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const all = [...a, ...b];
  const spread = Math.max(sampleDeviation(a), sampleDeviation(b), 1e-3);
  const low = Math.min(...all) - 3 * spread;
  const step = (Math.max(...all) + 3 * spread - low) / (GRID - 1);
  const at = Array.from({ length: GRID }, (_, i) => low + i * step);
  const [da, db] = [density(a, at), density(b, at)];
  return Math.min(1, step * at.reduce((sum, _, i) => sum + Math.min(da[i], db[i]), 0));
}
