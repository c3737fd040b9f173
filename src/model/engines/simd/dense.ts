import type { Dense } from '../engine.ts';
import type { Kernels } from './kernels.ts';
import type { Memory } from './memory.ts';
import type { DenseRecord } from './records.ts';

/** One matrix for up to `batch` rows, with its own room for inputs and outputs. */
export class SimdDense implements Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly #kernels: Kernels;
  readonly #memory: Memory;
  readonly #record: DenseRecord;
  readonly #scratch: number;
  readonly #bytes: number;
  readonly #x: number;
  readonly #y: number;
  readonly #input: () => Float32Array;
  readonly #output: () => Float32Array;
  readonly #batch: number;
  /** Outside of the engine's memory: views of that are gone when it grows, which may be before the answer is read. */
  readonly #answer: Float32Array;
  /** Its first rows, by their number: a few numbers of rows come again and again. */
  readonly #answers = new Map<number, Float32Array>();
  #disposed = false;

  constructor(kernels: Kernels, memory: Memory, record: DenseRecord, scratch: number, batch: number) {
    const { inputs, outputs } = record;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#kernels = kernels;
    this.#memory = memory;
    this.#record = record;
    this.#scratch = scratch;
    this.#bytes = batch * (inputs + outputs) * 4;
    this.#x = memory.alloc(this.#bytes);
    this.#y = this.#x + batch * inputs * 4;
    this.#input = memory.view(this.#x, batch * inputs, Float32Array);
    this.#output = memory.view(this.#y, batch * outputs, Float32Array);
    this.#batch = batch;
    this.#answer = new Float32Array(batch * outputs);
  }

  apply(x: Float32Array, rows: number): Float32Array {
    this.#take(x, rows);
    return this.#run(rows);
  }

  applyToGelu(x: Float32Array, rows: number): Float32Array {
    this.#take(x, rows);
    this.#kernels.geluInPlace(this.#x, rows * this.inputs);
    return this.#run(rows);
  }

  #take(x: Float32Array, rows: number): void {
    const values = rows * this.inputs;
    this.#input().set(x.length > values ? x.subarray(0, values) : x);
  }

  #run(rows: number): Float32Array {
    const { address, inputs, outputs } = this.#record;
    this.#kernels.denseAll(address, this.#x, inputs * 4, rows, this.#y, outputs * 4, 0, this.#scratch);
    let answer = this.#answers.get(rows);
    if (!answer) {
      answer = this.#answer.subarray(0, rows * outputs);
      this.#answers.set(rows, answer);
    }
    const output = this.#output();
    answer.set(rows === this.#batch ? output : output.subarray(0, rows * outputs));
    return answer;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#memory.free(this.#x, this.#bytes);
  }
}
