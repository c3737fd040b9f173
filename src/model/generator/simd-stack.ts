import type { DenseRecord } from '../engines/simd/records.ts';
import type { WindowStackSpec } from './config.ts';
import { ROOM, type WindowStack } from './engine.ts';
import { Lengths } from './lengths.ts';
import { Rotary } from './rotary.ts';
import { Floats, type SimdRoom } from './simd-room.ts';

type Norm = readonly [number, number];

interface Layer {
  readonly norm1: Norm;
  readonly norm2: Norm;
  readonly qkv: DenseRecord;
  readonly out: DenseRecord;
  readonly up: DenseRecord;
  readonly down: DenseRecord;
}

export class SimdWindowStack implements WindowStack {
  readonly width: number;
  readonly #room: SimdRoom;
  readonly #spec: WindowStackSpec;
  readonly #layers: readonly Layer[];
  readonly #norm: Norm;
  readonly #rotary: Rotary;
  readonly #lengths: Lengths;
  /** Keys, then values, of every layer of a lane. */
  readonly #lanes: readonly Floats[];
  readonly #x: Floats;
  readonly #normed: Floats;
  readonly #wide: Floats;
  readonly #y: Floats;
  /** Cosines and sines, a row a lane. */
  readonly #turns: Floats;
  readonly #scores: Floats;
  /** Of the rows of a step. */
  readonly #places: Float64Array;

  constructor(room: SimdRoom, name: string, spec: WindowStackSpec, lanes: number, kept = ROOM) {
    const { width, ffn, layers, window } = spec;
    this.width = width;
    this.#room = room;
    this.#spec = spec;
    this.#layers = Array.from({ length: layers }, (_, i) => {
      const at = `${name}.layers.${i}`;
      return {
        norm1: room.norm(`${at}.norm1`, width),
        norm2: room.norm(`${at}.norm2`, width),
        qkv: room.dense(`${at}.attn.qkv`),
        out: room.dense(`${at}.attn.out`),
        up: room.dense(`${at}.ffn.up`),
        down: room.dense(`${at}.ffn.down`),
      };
    });
    this.#norm = room.norm(`${name}.norm`, width);
    this.#rotary = new Rotary(spec);
    this.#lengths = new Lengths(window, kept, lanes);
    const make = (count: number): Floats => new Floats(room.memory, count);
    this.#lanes = Array.from({ length: lanes }, () => make(2 * layers * this.#ring));
    this.#x = make(lanes * width);
    this.#normed = make(lanes * width);
    this.#wide = make(lanes * Math.max(3 * width, ffn));
    this.#y = make(lanes * width);
    this.#turns = make(lanes * 2 * this.#rotary.pairs);
    this.#scores = make(window + 4);
    this.#places = new Float64Array(lanes);
  }

  /** Floats of the keys, or the values, of a layer. */
  get #ring(): number {
    return this.#lengths.ring * this.width;
  }

  step(x: Float32Array, lanes: readonly number[], times: readonly number[]): Float32Array {
    const { width } = this;
    const room = this.#room;
    const rows = lanes.length;
    this.#x.take(x, rows * width);
    const turns = this.#turns.values;
    for (let row = 0; row < rows; row++) {
      const place = this.#lengths.next(lanes[row]);
      this.#places[row] = place;
      this.#rotary.write(place, times[row], turns, row * 2 * this.#rotary.pairs);
    }
    const [at, normed, wide] = [this.#x.address, this.#normed.address, this.#wide.address];
    for (let i = 0; i < this.#layers.length; i++) {
      const { norm1, norm2, qkv, out, up, down } = this.#layers[i];
      room.normed(norm1, at, normed, rows, width);
      room.apply(qkv, normed, rows, wide);
      for (let row = 0; row < rows; row++) this.#attend(i, row, lanes[row], this.#places[row]);
      room.apply(out, normed, rows, at, true);
      room.normed(norm2, at, normed, rows, width);
      room.apply(up, normed, rows, wide);
      room.kernels.geluInPlace(wide, rows * up.outputs);
      room.apply(down, wide, rows, at, true);
    }
    room.normed(this.#norm, at, this.#y.address, rows, width);
    return this.#y.first(rows * width);
  }

  #attend(layer: number, row: number, lane: number, place: number): void {
    const { width } = this;
    const { heads, window } = this.#spec;
    const { ring } = this.#lengths;
    const keys = this.#lanes[lane].address + 4 * 2 * layer * this.#ring;
    // Counted from a place that lies whole rings behind: what it attends to is the same, and it stays small.
    const near = place < ring ? place : ring + (place % ring);
    this.#room.kernels.attendWindow(
      this.#wide.address + 4 * row * 3 * width,
      width,
      heads,
      this.#turns.address + 4 * row * 2 * this.#rotary.pairs,
      keys,
      keys + 4 * this.#ring,
      ring,
      near,
      window,
      this.#scores.address,
      this.#normed.address + 4 * row * width,
    );
  }

  length(lane: number): number {
    return this.#lengths.of(lane);
  }

  back(lane: number, length: number): void {
    this.#lengths.back(lane, length);
  }

  copy(from: number, to: number, since: number): void {
    const [source, target] = [this.#lanes[from].values, this.#lanes[to].values];
    const { ring } = this.#lengths;
    const size = this.width / this.#spec.heads;
    // Keys and values of each layer lie head by head.
    for (const [first, last] of this.#lengths.copy(from, to, since))
      for (let at = 0; at < source.length; at += ring * size)
        target.set(source.subarray(at + first * size, at + last * size), at + first * size);
  }

  dispose(): void {
    for (const floats of [this.#x, this.#normed, this.#wide, this.#y, this.#turns, this.#scores])
      floats.free();
    for (const lane of this.#lanes) lane.free();
  }
}
