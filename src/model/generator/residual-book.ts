/** Codebooks one after another: each holds what is left by those before it (residual quantisation, Zeghidour et al. 2021). */
export class ResidualBook {
  readonly #books: readonly Float32Array[];
  readonly #dim: number;

  /** @param books codes of each level, row-major, of `dim` values */
  constructor(books: readonly Float32Array[], dim: number) {
    this.#books = books;
    this.#dim = dim;
  }

  /** What codes of the levels stand for together. */
  sum(indices: readonly number[]): Float32Array {
    const slice = new Float32Array(this.#dim);
    for (const [level, index] of indices.entries())
      for (let i = 0; i < this.#dim; i++) slice[i] += this.#books[level][index * this.#dim + i];
    return slice;
  }

  /** A code a level; of two as near the lower. */
  nearest(slice: Float32Array): number[] {
    const rest = slice.slice();
    return this.#books.map((codes) => {
      const index = nearestRow(codes, rest);
      for (let i = 0; i < rest.length; i++) rest[i] -= codes[index * rest.length + i];
      return index;
    });
  }
}

function nearestRow(codes: Float32Array, to: Float32Array): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let at = 0; at < codes.length; at += to.length) {
    let distance = 0;
    for (let i = 0; i < to.length; i++) distance += (codes[at + i] - to[i]) ** 2;
    if (distance < least) [best, least] = [at / to.length, distance];
  }
  return best;
}
