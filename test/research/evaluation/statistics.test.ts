import { describe, expect, it } from 'vitest';
import { silhouette } from '../../../research/evaluation/silhouette.ts';
import { overlap, ranks, spearman } from '../../../research/evaluation/statistics.ts';
import { tsne } from '../../../research/evaluation/tsne.ts';
import { Random } from '../../../src/model/muser/random.ts';

describe('ranks and Spearman', () => {
  it('shares ranks among equals', () => {
    expect(ranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
  });

  it('is one for any rising curve, minus one for any falling', () => {
    expect(spearman([1, 2, 3, 4], [1, 8, 27, 1000])).toBeCloseTo(1);
    expect(spearman([1, 2, 3, 4], [9, 3, 2, -5])).toBeCloseTo(-1);
    expect(spearman([1, 2, 3], [5, 5, 5])).toBe(0);
  });
});

describe('overlap of two distributions', () => {
  const random = new Random(1);
  const bell = (centre: number) =>
    Array.from({ length: 400 }, () => centre + random.next() + random.next() + random.next() - 1.5);

  it('is near one for draws of the same, near none for draws far apart, between for between', () => {
    expect(overlap(bell(0), bell(0))).toBeGreaterThan(0.9);
    expect(overlap(bell(0), bell(20))).toBeLessThan(0.01);
    const half = overlap(bell(0), bell(0.67));
    expect(half).toBeGreaterThan(0.4);
    expect(half).toBeLessThan(0.65);
  });

  it('holds for sets that do not vary', () => {
    expect(overlap([1, 1, 1], [1, 1, 1])).toBeGreaterThan(0.8);
    expect(overlap([], [1])).toBe(0);
  });
});

describe('maps of points', () => {
  const random = new Random(2);
  const labels = Array.from({ length: 60 }, (_, i) => i % 2);
  const points = labels.map((label) => [label * 8 + random.next(), random.next(), random.next()]);

  it('scores groups that stand apart near one and mixed ones near zero', () => {
    expect(silhouette(points, labels)).toBeGreaterThan(0.85);
    expect(
      Math.abs(
        silhouette(
          points,
          labels.map((_, i) => (i >> 1) % 2),
        ),
      ),
    ).toBeLessThan(0.1);
    expect(
      silhouette(
        points,
        labels.map(() => 0),
      ),
    ).toBe(0);
  });

  it('keeps groups apart on the plane, the same for the same seed', () => {
    const map = tsne(points, { steps: 200, seed: 3 });
    expect(silhouette(map, labels)).toBeGreaterThan(0.5);
    expect(tsne(points, { steps: 200, seed: 3 })).toEqual(map);
  });
});
