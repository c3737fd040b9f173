import type { Memory } from './memory.ts';
import { TILE } from './records.ts';

/** Room that all stacks of an engine work in, for TILE rows; grows with the widest of them. */
export class Scratch {
  readonly #memory: Memory;
  readonly address: number;
  #width = 0;
  #wide = 0;
  #inputs = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.address = memory.alloc(64);
    memory.i32(this.address, 5)[4] = memory.alloc(TILE * 4);
  }

  /** Makes room for rows of `width`, sublayers of `wide` floats, and quantized inputs of `inputs`. */
  reserve(width: number, wide: number, inputs: number): void {
    if (width > this.#width) {
      this.#width = width;
      this.#place(0, TILE * width * 4);
      this.#place(1, TILE * width * 4);
    }
    if (wide > this.#wide) {
      this.#wide = wide;
      this.#place(2, TILE * wide * 4);
    }
    if (inputs > this.#inputs) {
      this.#inputs = inputs;
      this.#place(3, TILE * Math.ceil(inputs / 16) * 16 * 2);
    }
  }

  #place(field: number, bytes: number): void {
    const address = this.#memory.alloc(bytes);
    this.#memory.i32(this.address, 5)[field] = address;
  }
}
