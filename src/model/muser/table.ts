import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';

/** Rows of vectors; what an embedding folded through its projection comes to. */
export class Table {
  readonly rows: number;
  readonly width: number;
  private readonly values: Float32Array;

  private constructor(values: Float32Array, rows: number, width: number) {
    this.values = values;
    this.rows = rows;
    this.width = width;
  }

  /** The table of a tensor; read once for each weight set, as sessions come and go. */
  static of(tensors: Tensors, name: string): Table {
    const known = tables.get(tensors) ?? new Map<string, Table>();
    tables.set(tensors, known);
    const [rows, width] = tensors.shape(name);
    const table = known.get(name) ?? new Table(tensors.get(name), rows, width);
    known.set(name, table);
    return table;
  }

  /** Adds a row to `out` from `offset`. */
  add(index: number, out: Float32Array, offset: number): void {
    const { values, width } = this;
    const start = this.start(index);
    // Some thirty rows are added up for a word; four at a time is faster by half.
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      out[offset + i] += values[start + i];
      out[offset + i + 1] += values[start + i + 1];
      out[offset + i + 2] += values[start + i + 2];
      out[offset + i + 3] += values[start + i + 3];
    }
    for (; i < width; i++) out[offset + i] += values[start + i];
  }

  addScaled(index: number, factor: number, out: Float32Array, offset: number): void {
    const { values, width } = this;
    const start = this.start(index);
    for (let i = 0; i < width; i++) out[offset + i] += factor * values[start + i];
  }

  private start(index: number): number {
    if (!(index >= 0 && index < this.rows))
      throw new AffettoError(`a table of ${this.rows} rows has no row ${index}`, 'failure');
    return index * this.width;
  }

  row(index: number): Float32Array {
    return this.values.subarray(index * this.width, (index + 1) * this.width);
  }
}

const tables = new WeakMap<Tensors, Map<string, Table>>();

/** Adds a vector to `out` from `offset`. */
export function addVector(vector: Float32Array, out: Float32Array, offset: number): void {
  for (let i = 0; i < vector.length; i++) out[offset + i] += vector[i];
}
