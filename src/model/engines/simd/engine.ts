import { append, largest } from '../../lists.ts';
import type { Tensors } from '../../weights/tensors.ts';
import type { Dense, Engine, Stack, StackSpec } from '../engine.ts';
import { SimdDense } from './dense.ts';
import { createKernels, type Kernels } from './kernels.ts';
import { Memory } from './memory.ts';
import { Records } from './records.ts';
import { Scratch } from './scratch.ts';
import { SimdStack } from './stack.ts';

/**
 * The default engine: WebAssembly SIMD, int8 weights a output channel, int16 activations, attention state in float32.
 * One thread, no native code, no allocation in a step; gives the same bits on every machine.
 * @throws AffettoError where WebAssembly has no SIMD
 */
export async function createSimdEngine(tensors: Tensors): Promise<SimdEngine> {
  return new SimdEngine(await createKernels(), tensors);
}

export class SimdEngine implements Engine {
  readonly name = 'simd';
  readonly #kernels: Kernels;
  readonly #memory: Memory;
  readonly #records: Records;
  readonly #scratch: Scratch;

  constructor(kernels: Kernels, tensors: Tensors) {
    this.#kernels = kernels;
    this.#memory = new Memory(kernels.memory);
    this.#records = new Records(kernels, this.#memory, tensors);
    this.#scratch = new Scratch(this.#memory);
  }

  /** Bytes of WASM memory in use: weights, states, room to work in. */
  get memoryBytes(): number {
    return this.#memory.used;
  }

  stack(name: string, spec: StackSpec, batch: number): Stack {
    const record = this.#records.stack(name, spec);
    this.#reserve(spec);
    return new SimdStack(this.#kernels, this.#memory, record, this.#scratch.address, batch);
  }

  dense(name: string, batch: number): Dense {
    const record = this.#records.dense(name);
    this.#scratch.reserve(0, 0, record.inputs);
    return new SimdDense(this.#kernels, this.#memory, record, this.#scratch.address, batch);
  }

  encode(name: string, spec: StackSpec, x: Float32Array, length: number): Float32Array {
    const record = this.#records.stack(name, spec);
    this.#reserve(spec);
    const values = length * spec.width;
    const bytes = 4 * values * 4 + record.layerState * 4;
    const rows = this.#memory.alloc(bytes);
    this.#memory.f32(rows, values).set(x.subarray(0, values));
    const qkv = rows + values * 4;
    const state = qkv + 3 * values * 4;
    this.#kernels.encodeAll(record.address, rows, length, qkv, state, this.#scratch.address);
    const out = this.#memory.f32(rows, values).slice();
    this.#memory.free(rows, bytes);
    return out;
  }

  /**
   * The roofline: the bare matrix-vector products of the named stacks and matrices, once.
   * @returns a function that walks them, and the bytes of int8 weights it walks over
   */
  walk(stacks: readonly [string, StackSpec][], matrices: readonly string[]): { bytes: number; run(): void } {
    const records = stacks.flatMap(([name, spec]) => this.#records.stack(name, spec).dense);
    append(
      records,
      matrices.map((name) => this.#records.dense(name)),
    );
    for (const { inputs, outputs } of records) this.#scratch.reserve(0, outputs, inputs);
    const out = this.#memory.alloc(largest(records.map((record) => record.outputs)) * 4);
    const addresses = records.map((record) => record.address);
    const scratch = this.#scratch.address;
    return {
      bytes: records.reduce((sum, record) => sum + record.bytes, 0),
      run: () => {
        for (const address of addresses) this.#kernels.walk(address, out, scratch);
      },
    };
  }

  dispose(): void {
    // The instance and its memory go when nothing points at them any more.
  }

  #reserve({ width, ffn }: StackSpec): void {
    const wide = Math.max(3 * width, ffn);
    this.#scratch.reserve(width, wide, Math.max(width, ffn));
  }
}
