import type { Kernels } from '../engines/simd/kernels.ts';
import { Memory } from '../engines/simd/memory.ts';
import { type DenseRecord, Records } from '../engines/simd/records.ts';
import { Scratch } from '../engines/simd/scratch.ts';
import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';

/** Kernels, their memory, and the weights in it; what the engine's networks share. */
export class SimdRoom {
  readonly kernels: Kernels;
  readonly memory: Memory;
  readonly records: Records;
  readonly #scratch: Scratch;

  constructor(kernels: Kernels, tensors: Tensors) {
    this.kernels = kernels;
    this.memory = new Memory(kernels.memory);
    this.records = new Records(kernels, this.memory, tensors);
    this.#scratch = new Scratch(this.memory);
  }

  dense(name: string): DenseRecord {
    const record = this.records.dense(name);
    this.#scratch.reserve(0, 0, record.inputs);
    return record;
  }

  /** y = W x + b, or y += W x + b, for rows one after another. */
  apply(dense: DenseRecord, x: number, rows: number, y: number, add = false): void {
    const { address, inputs, outputs } = dense;
    this.kernels.denseAll(address, x, 4 * inputs, rows, y, 4 * outputs, Number(add), this.#scratch.address);
  }

  /** Layer norm of a name and width. Throws where the kernels cannot run it. */
  norm(name: string, width: number): readonly [number, number] {
    if (width % 4 !== 0)
      throw new AffettoError(`the simd engine needs widths that are multiples of 4; '${name}' has ${width}`);
    return this.records.norm(name, width);
  }

  normed(norm: readonly [number, number], x: number, y: number, rows: number, width: number): void {
    this.kernels.layerNormRows(x, y, rows, width, norm[0], norm[1]);
  }
}

/** Zeroed floats in the engine's memory. */
export class Floats {
  readonly address: number;
  readonly #bytes: number;
  readonly #memory: Memory;
  readonly #view: () => Float32Array;
  readonly #parts = new Map<number, Float32Array>();

  constructor(memory: Memory, count: number) {
    this.#bytes = 4 * count;
    this.#memory = memory;
    this.address = memory.alloc(this.#bytes);
    this.#view = memory.view(this.address, count, Float32Array);
  }

  get values(): Float32Array {
    return this.#view();
  }

  /** The first `count` of them; made anew only when the memory has grown. */
  first(count: number): Float32Array {
    const all = this.#view();
    if (count === all.length) return all;
    let part = this.#parts.get(count);
    if (!part || part.buffer !== all.buffer) {
      part = all.subarray(0, count);
      this.#parts.set(count, part);
    }
    return part;
  }

  /** Takes over the first `count` of other floats. */
  take(from: Float32Array, count: number): void {
    const to = this.#view();
    if (count === from.length) to.set(from);
    else for (let i = 0; i < count; i++) to[i] = from[i];
  }

  free(): void {
    this.#memory.free(this.address, this.#bytes);
  }
}
