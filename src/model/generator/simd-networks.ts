import type { DenseRecord } from '../engines/simd/records.ts';
import { largest } from '../lists.ts';
import type { ElementNetwork, Head } from './engine.ts';
import { Floats, type SimdRoom } from './simd-room.ts';

type Norm = readonly [number, number];

export class SimdElement implements ElementNetwork {
  readonly width: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly #room: SimdRoom;
  readonly #enter: DenseRecord;
  readonly #layers: readonly { norm: Norm; up: DenseRecord; down: DenseRecord }[];
  readonly #norm: Norm;
  readonly #in: DenseRecord;
  readonly #out: DenseRecord;
  readonly #h: Floats;
  readonly #x: Floats;
  readonly #normed: Floats;
  readonly #wide: Floats;
  readonly #inner: Floats;
  readonly #y: Floats;

  constructor(room: SimdRoom, name: string, layers: number, rows: number) {
    this.#room = room;
    this.#enter = room.dense(`${name}.enter`);
    this.width = this.#enter.outputs;
    this.#layers = Array.from({ length: layers }, (_, i) => ({
      norm: room.norm(`${name}.layers.${i}.norm`, this.width),
      up: room.dense(`${name}.layers.${i}.up`),
      down: room.dense(`${name}.layers.${i}.down`),
    }));
    this.#norm = room.norm(`${name}.norm`, this.width);
    this.#in = room.dense(`${name}.in`);
    this.#out = room.dense(`${name}.out`);
    this.hidden = this.#in.outputs;
    this.outputs = this.#out.outputs;
    const make = (width: number): Floats => new Floats(room.memory, rows * width);
    this.#h = make(this.#enter.inputs);
    this.#x = make(this.width);
    this.#normed = make(this.width);
    this.#wide = make(
      largest(
        this.#layers.map(({ up }) => up.outputs),
        0,
      ),
    );
    this.#inner = make(this.hidden);
    this.#y = make(this.outputs);
  }

  logits(h: Float32Array, own: Float32Array, joined: Float32Array, rows: number): Float32Array {
    const room = this.#room;
    const [x, normed, wide, inner] = [this.#x, this.#normed, this.#wide, this.#inner];
    this.#h.take(h, rows * this.#enter.inputs);
    x.take(own, rows * this.width);
    inner.take(joined, rows * this.hidden);
    room.apply(this.#enter, this.#h.address, rows, x.address, true);
    for (const { norm, up, down } of this.#layers) {
      room.normed(norm, x.address, normed.address, rows, this.width);
      room.apply(up, normed.address, rows, wide.address);
      room.kernels.geluInPlace(wide.address, rows * up.outputs);
      room.apply(down, wide.address, rows, x.address, true);
    }
    room.normed(this.#norm, x.address, normed.address, rows, this.width);
    room.apply(this.#in, normed.address, rows, inner.address, true);
    room.kernels.geluInPlace(inner.address, rows * this.hidden);
    room.apply(this.#out, inner.address, rows, this.#y.address);
    return this.#y.first(rows * this.outputs);
  }

  dispose(): void {
    for (const floats of [this.#h, this.#x, this.#normed, this.#wide, this.#inner, this.#y]) floats.free();
  }
}

export class SimdHead implements Head {
  readonly outputs: number;
  readonly #room: SimdRoom;
  readonly #norm: Norm;
  readonly #in: DenseRecord;
  readonly #out: DenseRecord;
  readonly #x: Floats;
  readonly #inner: Floats;
  readonly #y: Floats;

  constructor(room: SimdRoom, name: string, rows: number) {
    this.#room = room;
    this.#in = room.dense(`${name}.in`);
    this.#out = room.dense(`${name}.out`);
    this.#norm = room.norm(`${name}.norm`, this.#in.inputs);
    this.outputs = this.#out.outputs;
    this.#x = new Floats(room.memory, rows * this.#in.inputs);
    this.#inner = new Floats(room.memory, rows * this.#in.outputs);
    this.#y = new Floats(room.memory, rows * this.outputs);
  }

  apply(x: Float32Array, rows: number): Float32Array {
    const { inputs, outputs } = this.#in;
    const room = this.#room;
    this.#x.take(x, rows * inputs);
    room.normed(this.#norm, this.#x.address, this.#x.address, rows, inputs);
    room.apply(this.#in, this.#x.address, rows, this.#inner.address);
    room.kernels.geluInPlace(this.#inner.address, rows * outputs);
    room.apply(this.#out, this.#inner.address, rows, this.#y.address);
    return this.#y.first(rows * this.outputs);
  }

  dispose(): void {
    for (const floats of [this.#x, this.#inner, this.#y]) floats.free();
  }
}
