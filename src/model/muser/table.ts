import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';

/** Rows of vectors; what an embedding folded through its projection comes to. */
export class Table {
  readonly rows: number;
  readonly width: number;
  private readonly values: Float32Array;

  constructor(tensors: Tensors, name: string) {
    const [rows, width] = tensors.shape(name);
    this.rows = rows;
    this.width = width;
    this.values = tensors.get(name);
  }

  /** Adds a row to `out` from `offset`. */
  add(index: number, out: Float32Array, offset: number): void {
    this.addScaled(index, 1, out, offset);
  }

  addScaled(index: number, factor: number, out: Float32Array, offset: number): void {
    if (!(index >= 0 && index < this.rows))
      throw new AffettoError(`a table of ${this.rows} rows has no row ${index}`, 'failure');
    const start = index * this.width;
    for (let i = 0; i < this.width; i++) out[offset + i] += factor * this.values[start + i];
  }

  row(index: number): Float32Array {
    return this.values.subarray(index * this.width, (index + 1) * this.width);
  }
}

/** Adds a vector to `out` from `offset`. */
export function addVector(vector: Float32Array, out: Float32Array, offset: number): void {
  for (let i = 0; i < vector.length; i++) out[offset + i] += vector[i];
}
