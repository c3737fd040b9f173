import { AffettoError } from '../../error.ts';
import type { Stack, StackState } from '../engine.ts';
import type { Kernels } from './kernels.ts';
import type { Memory } from './memory.ts';
import { type StackRecord, TILE } from './records.ts';

/** One stack with `batch` lanes; a lane's whole state lies in one piece, so that save and restore are one copy. */
export class SimdStack implements Stack {
  readonly width: number;
  readonly batch: number;
  setMemory?: (memory: Float32Array, length: number, lane?: number) => void;
  readonly #kernels: Kernels;
  readonly #memory: Memory;
  readonly #record: StackRecord;
  readonly #scratch: number;
  /** Floats a lane: layers of attention state, then as many of cross memory. */
  readonly #lane: number;
  readonly #bytes: number;
  readonly #base: number;
  readonly #states: () => Float32Array;
  readonly #input: () => Float32Array;
  readonly #output: () => Float32Array;
  /** Outside of the engine's memory: views of that are gone when it grows, which may be before the answer is read. */
  readonly #answer: Float32Array;
  readonly #lists: () => Int32Array;
  /** Addresses: inputs, outputs; row numbers and state addresses of all lanes, and of those picked for a call. */
  readonly #x: number;
  readonly #y: number;
  readonly #rows: number;
  readonly #picked: number;
  #disposed = false;

  constructor(kernels: Kernels, memory: Memory, record: StackRecord, scratch: number, batch: number) {
    const { spec } = record;
    this.width = spec.width;
    this.batch = batch;
    this.#kernels = kernels;
    this.#memory = memory;
    this.#record = record;
    this.#scratch = scratch;
    this.#lane = record.layerState * spec.layers * (spec.cross ? 2 : 1);
    const values = batch * spec.width;
    this.#bytes = batch * this.#lane * 4 + 2 * values * 4 + 4 * batch * 4;
    this.#base = memory.alloc(this.#bytes);
    this.#x = this.#base + batch * this.#lane * 4;
    this.#y = this.#x + values * 4;
    this.#rows = this.#y + values * 4;
    this.#states = memory.view(this.#base, batch * this.#lane, Float32Array);
    this.#input = memory.view(this.#x, values, Float32Array);
    this.#output = memory.view(this.#y, values, Float32Array);
    this.#answer = new Float32Array(values);
    this.#picked = this.#rows + 8 * batch;
    this.#lists = memory.view(this.#rows, 4 * batch, Int32Array);
    const lists = this.#lists();
    for (let lane = 0; lane < batch; lane++) {
      lists[lane] = lane;
      lists[batch + lane] = this.#address(lane);
    }
    if (spec.cross) this.setMemory = this.#setMemory;
  }

  step(x: Float32Array, active?: Uint8Array): Float32Array {
    this.#run(x, active, 1);
    this.#answer.set(this.#output());
    return this.#answer;
  }

  takeIn(x: Float32Array, active?: Uint8Array): void {
    this.#run(x, active, 0);
  }

  answer(wanted?: Uint8Array): Float32Array {
    const rows = wanted ? this.#picked : this.#rows;
    const count = wanted ? this.#list(wanted, rows) : this.batch;
    const states = rows + 4 * this.batch;
    const { address } = this.#record;
    for (let at = 0; at < count; at += TILE) {
      const some = Math.min(TILE, count - at);
      this.#kernels.answer(address, some, rows + 4 * at, states + 4 * at, this.#x, this.#y, this.#scratch);
    }
    this.#answer.set(this.#output());
    return this.#answer;
  }

  #run(x: Float32Array, active: Uint8Array | undefined, finish: number): void {
    const input = this.#input();
    input.set(x.length > input.length ? x.subarray(0, input.length) : x);
    const rows = active ? this.#picked : this.#rows;
    const count = active ? this.#list(active, rows) : this.batch;
    const states = rows + 4 * this.batch;
    const { address } = this.#record;
    for (let at = 0; at < count; at += TILE) {
      const some = Math.min(TILE, count - at);
      this.#kernels.forward(
        address,
        some,
        rows + 4 * at,
        states + 4 * at,
        this.#x,
        this.#y,
        this.#scratch,
        finish,
      );
    }
  }

  reset(lane?: number): void {
    if (lane === undefined) this.#states().fill(0);
    else this.#states().fill(0, lane * this.#lane, (lane + 1) * this.#lane);
  }

  save(lane: number): StackState {
    return this.#states().slice(lane * this.#lane, (lane + 1) * this.#lane);
  }

  restore(lane: number, state: StackState): void {
    if (state.length !== this.#lane) {
      throw new AffettoError(
        'A saved state belongs to another stack and can not be restored here.',
        'failure',
      );
    }
    this.#states().set(state, lane * this.#lane);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#memory.free(this.#base, this.#bytes);
  }

  #address(lane: number): number {
    return this.#base + lane * this.#lane * 4;
  }

  /** Writes the marked lanes' row numbers and state addresses at `rows`; returns how many. */
  #list(marked: Uint8Array, rows: number): number {
    const lists = this.#lists();
    const first = (rows - this.#rows) / 4;
    let count = 0;
    for (let lane = 0; lane < this.batch; lane++) {
      if (marked[lane] === 0) continue;
      lists[first + count] = lane;
      lists[first + this.batch + count] = this.#address(lane);
      count++;
    }
    return count;
  }

  #setMemory(memory: Float32Array, length: number, lane?: number): void {
    const values = length * this.width;
    const bytes = values * 4 + TILE * 2 * this.width * 4;
    const source = this.#memory.alloc(bytes);
    this.#memory.f32(source, values).set(memory.subarray(0, values));
    const first = lane ?? 0;
    const kv = source + values * 4;
    this.#kernels.crossMemory(this.#record.address, this.#address(first), source, length, kv, this.#scratch);
    this.#memory.free(source, bytes);
    if (lane !== undefined) return;
    const from = (this.#lane / 2) | 0;
    for (let other = 1; other < this.batch; other++) {
      this.#states().copyWithin(other * this.#lane + from, from, this.#lane);
    }
  }
}
