import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Rows of float32 of one width, streamed to `<path>.f32` (little endian, row-major) with a description in `<path>.json`
 * that is written last: a table without its description is unfinished.
 */
export class TableFile {
  readonly width: number;
  rows = 0;
  readonly #path: string;
  readonly #file: number;

  constructor(path: string, width: number) {
    mkdirSync(dirname(path), { recursive: true });
    this.width = width;
    this.#path = path;
    this.#file = openSync(`${path}.f32.part`, 'w');
  }

  /** Appends whole rows; returns the index of the first. */
  add(values: Float32Array): number {
    if (values.length % this.width !== 0)
      throw new Error(`rows of ${this.width}, given ${values.length} values`);
    writeSync(this.#file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const first = this.rows;
    this.rows += values.length / this.width;
    return first;
  }

  finish(description: object): void {
    closeSync(this.#file);
    renameSync(`${this.#path}.f32.part`, `${this.#path}.f32`);
    writeFileSync(
      `${this.#path}.json`,
      JSON.stringify({ rows: this.rows, width: this.width, ...description }),
    );
  }
}
