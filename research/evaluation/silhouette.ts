/**
 * Mean silhouette coefficient (Rousseeuw 1987) of labelled points, -1..1: how much nearer each is to its own group than to
 * the next one, by Euclidean distance. 0 unless there are two groups of at least two.
 */
export function silhouette(points: readonly ArrayLike<number>[], labels: readonly number[]): number {
  const groups = [...new Set(labels)];
  if (groups.length < 2) return 0;
  let sum = 0;
  points.forEach((point, i) => {
    const total = new Map<number, number>();
    const count = new Map<number, number>();
    points.forEach((other, j) => {
      if (i === j) return;
      total.set(labels[j], (total.get(labels[j]) ?? 0) + distance(point, other));
      count.set(labels[j], (count.get(labels[j]) ?? 0) + 1);
    });
    const mean = (group: number) => (total.get(group) ?? 0) / (count.get(group) ?? 1);
    if (!count.has(labels[i])) return;
    const own = mean(labels[i]);
    const next = Math.min(...groups.filter((group) => group !== labels[i] && count.has(group)).map(mean));
    const wider = Math.max(own, next);
    if (wider > 0) sum += (next - own) / wider;
  });
  return points.length > 0 ? sum / points.length : 0;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}
