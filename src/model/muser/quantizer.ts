import type { Tensors } from '../weights/tensors.ts';

/** One codebook: the nearest code of a vector, and mixtures of two codes. Tensor: `books.<name>` [size, dim]. */
export class Codebook {
  readonly size: number;
  readonly dim: number;
  private readonly codes: Float32Array;

  constructor(tensors: Tensors, name: string) {
    [this.size, this.dim] = tensors.shape(`books.${name}`);
    this.codes = tensors.get(`books.${name}`);
  }

  vector(code: number): Float32Array {
    return this.codes.subarray(code * this.dim, (code + 1) * this.dim);
  }

  /** Index of the code with the least squared distance; the lower of equals. */
  nearest(z: ArrayLike<number>, offset = 0): number {
    let best = 0;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let code = 0; code < this.size; code++) {
      let distance = 0;
      for (let i = 0; i < this.dim; i++) {
        const difference = z[offset + i] - this.codes[code * this.dim + i];
        distance += difference * difference;
      }
      if (distance < bestDistance) {
        best = code;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** The other codes nearest to a code, nearest first, with their distances. */
  near(code: number, count: number): { readonly code: number; readonly distance: number }[] {
    return Array.from({ length: this.size }, (_, other) => ({
      code: other,
      distance: this.distance(code, other),
    }))
      .filter((other) => other.code !== code)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, count);
  }

  /** How far from a code its nearest neighbour is, the mean of all codes. */
  usualDistance(): number {
    let sum = 0;
    for (let code = 0; code < this.size; code++) sum += this.near(code, 1)[0]?.distance ?? 0;
    return sum / this.size;
  }

  private distance(a: number, b: number): number {
    const [from, to] = [this.vector(a), this.vector(b)];
    return Math.sqrt(from.reduce((sum, value, i) => sum + (value - to[i]) ** 2, 0));
  }

  /** The code nearest to the point `amount` (0..1) of the way from one code to another. */
  between(from: number, to: number, amount: number): number {
    if (amount <= 0) return from;
    if (amount >= 1) return to;
    const end = this.vector(to);
    return this.nearest(this.vector(from).map((value, i) => value + amount * (end[i] - value)));
  }
}
