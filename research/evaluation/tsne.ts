import { Random } from '../../src/model/muser/random.ts';

export interface TsneOptions {
  readonly perplexity?: number;
  readonly steps?: number;
  readonly seed?: number;
}

/** Places points on a plane so that neighbours stay neighbours: exact t-SNE (van der Maaten and Hinton 2008). */
export function tsne(points: readonly ArrayLike<number>[], options: TsneOptions = {}): [number, number][] {
  const { perplexity = 30, steps = 400, seed = 0 } = options;
  const n = points.length;
  const affinity = affinities(points, Math.min(perplexity, Math.max(2, (n - 1) / 3)));
  const random = new Random(seed, 'tsne');
  const place = Float64Array.from({ length: 2 * n }, () => 1e-2 * (random.next() - 0.5));
  const speed = new Float64Array(2 * n);
  const rate = Math.max(50, n / 12);
  for (let step = 0; step < steps; step++) {
    const early = step < steps / 4;
    const gradient = gradientOf(place, affinity, early ? 12 : 1);
    const momentum = early ? 0.5 : 0.8;
    for (let i = 0; i < 2 * n; i++) {
      speed[i] = momentum * speed[i] - rate * gradient[i];
      place[i] += speed[i];
    }
  }
  return Array.from({ length: n }, (_, i) => [place[2 * i], place[2 * i + 1]]);
}

/** Symmetric neighbour probabilities, n x n, each row's width found by halving for the perplexity. */
function affinities(points: readonly ArrayLike<number>[], perplexity: number): Float64Array {
  const n = points.length;
  const p = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const squares = points.map((other) => squaredDistance(points[i], other));
    const row = neighbourRow(squares, i, Math.log(perplexity));
    for (let j = 0; j < n; j++) {
      p[i * n + j] += row[j] / (2 * n);
      p[j * n + i] += row[j] / (2 * n);
    }
  }
  return p;
}

function neighbourRow(squares: readonly number[], self: number, entropy: number): number[] {
  const nearest = Math.min(...squares.filter((_, j) => j !== self));
  let [low, high, precision] = [0, Number.POSITIVE_INFINITY, 1];
  let row: number[] = [];
  for (let round = 0; round < 50; round++) {
    row = squares.map((d, j) => (j === self ? 0 : Math.exp(-precision * (d - nearest))));
    const total = row.reduce((sum, value) => sum + value, 0);
    row = row.map((value) => value / total);
    const found = -row.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value) : 0), 0);
    if (Math.abs(found - entropy) < 1e-4) break;
    if (found > entropy) low = precision;
    else high = precision;
    precision = Number.isFinite(high) ? (low + high) / 2 : precision * 2;
  }
  return row;
}

function gradientOf(place: Float64Array, affinity: Float64Array, exaggeration: number): Float64Array {
  const n = place.length / 2;
  const near = new Float64Array(n * n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const square = (place[2 * i] - place[2 * j]) ** 2 + (place[2 * i + 1] - place[2 * j + 1]) ** 2;
      near[i * n + j] = 1 / (1 + square);
      total += 2 * near[i * n + j];
    }
  }
  const gradient = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const q = near[i * n + j];
      const pull = 4 * (exaggeration * affinity[i * n + j] - q / total) * q;
      for (let axis = 0; axis < 2; axis++) {
        const move = pull * (place[2 * i + axis] - place[2 * j + axis]);
        gradient[2 * i + axis] += move;
        gradient[2 * j + axis] -= move;
      }
    }
  }
  return gradient;
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
