import { portableExp } from '../engines/portable-math.ts';
import { add, layerNorm, linear } from '../engines/reference/arithmetic.ts';
import { type Layer, readLayer, readNorm } from '../engines/reference/layer.ts';
import { geluInPlace } from '../engines/shared.ts';
import type { Tensors } from '../weights/tensors.ts';
import type { WindowStackSpec } from './config.ts';
import { ROOM, type WindowStack } from './engine.ts';
import { Lengths } from './lengths.ts';
import { Rotary } from './rotary.ts';

/** Keys and values of one layer and lane, a slot a step, round and round. */
interface Ring {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

export class ReferenceWindowStack implements WindowStack {
  readonly width: number;
  readonly #spec: WindowStackSpec;
  readonly #layers: readonly Layer[];
  readonly #norm: ReturnType<typeof readNorm>;
  readonly #rotary: Rotary;
  readonly #lengths: Lengths;
  readonly #lanes: readonly (readonly Ring[])[];

  constructor(tensors: Tensors, name: string, spec: WindowStackSpec, lanes: number, room = ROOM) {
    this.width = spec.width;
    this.#spec = spec;
    this.#layers = Array.from({ length: spec.layers }, (_, i) =>
      readLayer(tensors, `${name}.layers.${i}`, false),
    );
    this.#norm = readNorm(tensors, `${name}.norm`);
    this.#rotary = new Rotary(spec);
    this.#lengths = new Lengths(spec.window, room, lanes);
    const size = this.#lengths.ring * spec.width;
    const ring = (): Ring => ({ keys: new Float32Array(size), values: new Float32Array(size) });
    this.#lanes = Array.from({ length: lanes }, () => Array.from({ length: spec.layers }, ring));
  }

  step(x: Float32Array, lanes: readonly number[], times: readonly number[]): Float32Array {
    const { width } = this;
    const out = new Float32Array(lanes.length * width);
    const turns = new Float32Array(2 * this.#rotary.pairs);
    for (const [row, lane] of lanes.entries()) {
      const place = this.#lengths.next(lane);
      this.#rotary.write(place, times[row], turns, 0);
      let state: Float32Array = x.slice(row * width, (row + 1) * width);
      for (const [i, layer] of this.#layers.entries()) {
        const heard = this.#attend(
          linear(layer.qkv, layerNorm(layer.norm1, state)),
          this.#lanes[lane][i],
          place,
          turns,
        );
        state = add(state, linear(layer.out, heard));
        state = add(state, linear(layer.down, geluInPlace(linear(layer.up, layerNorm(layer.norm2, state)))));
      }
      out.set(layerNorm(this.#norm, state), row * width);
    }
    return out;
  }

  #attend(qkv: Float32Array, { keys, values }: Ring, place: number, turns: Float32Array): Float32Array {
    const { width } = this;
    const { heads, window } = this.#spec;
    const size = width / heads;
    for (let head = 0; head < 2 * heads; head++) rotate(qkv, head * size, turns);
    const slot = (step: number): number => (step % this.#lengths.ring) * width;
    keys.set(qkv.subarray(width, 2 * width), slot(place));
    values.set(qkv.subarray(2 * width), slot(place));
    const from = Math.max(0, place + 1 - window);
    const out = new Float32Array(width);
    for (let head = 0; head < heads; head++) {
      const at = head * size;
      const scores: number[] = [];
      for (let step = from; step <= place; step++) {
        let score = 0;
        for (let i = at; i < at + size; i++) score += qkv[i] * keys[slot(step) + i];
        scores.push(score / Math.sqrt(size));
      }
      const most = scores.reduce((a, b) => Math.max(a, b));
      const shares = scores.map((score) => portableExp(score - most));
      const total = shares.reduce((a, b) => a + b);
      for (let i = at; i < at + size; i++) {
        let sum = 0;
        for (const [k, share] of shares.entries()) sum += share * values[slot(from + k) + i];
        out[i] = sum / total;
      }
    }
    return out;
  }

  length(lane: number): number {
    return this.#lengths.of(lane);
  }

  back(lane: number, length: number): void {
    this.#lengths.back(lane, length);
  }

  copy(from: number, to: number, since: number): void {
    for (const slots of this.#lengths.copy(from, to, since))
      for (const [i, ring] of this.#lanes[to].entries()) {
        const [first, last] = slots.map((slot) => slot * this.width);
        ring.keys.set(this.#lanes[from][i].keys.subarray(first, last), first);
        ring.values.set(this.#lanes[from][i].values.subarray(first, last), first);
      }
  }

  dispose(): void {}
}

/** Turns the first half of a head with its second. `turns`: cosines, then sines. */
function rotate(x: Float32Array, at: number, turns: Float32Array): void {
  const pairs = turns.length / 2;
  for (let i = 0; i < pairs; i++) {
    const [a, b] = [x[at + i], x[at + pairs + i]];
    x[at + i] = a * turns[i] - b * turns[pairs + i];
    x[at + pairs + i] = b * turns[i] + a * turns[pairs + i];
  }
}
