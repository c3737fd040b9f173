import { AffettoError } from '../../error.ts';
import { append } from '../../lists.ts';
import type { Tensors } from '../../weights/tensors.ts';
import type { StackSpec } from '../engine.ts';
import type { Kernels } from './kernels.ts';
import type { Memory } from './memory.ts';

/** Rows that share one pass over the weights; assembly/layout.ts has the same. */
export const TILE = 64;

/** A matrix in WASM memory. `address` is that of its record (assembly/layout.ts). */
export interface DenseRecord {
  readonly address: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Bytes of int8 weights, padding included: what one step walks over. */
  readonly bytes: number;
}

export interface StackRecord {
  readonly address: number;
  readonly spec: StackSpec;
  /** Floats of one layer's attention state. */
  readonly layerState: number;
  readonly bytes: number;
  readonly dense: readonly DenseRecord[];
}

/** Reads tensors, quantizes matrices to int8, and writes the records that the kernels read. Each name once. */
export class Records {
  readonly #kernels: Kernels;
  readonly #memory: Memory;
  readonly #tensors: Tensors;
  readonly #dense = new Map<string, DenseRecord>();
  readonly #stacks = new Map<string, StackRecord>();
  readonly #norms = new Map<string, readonly [number, number]>();

  constructor(kernels: Kernels, memory: Memory, tensors: Tensors) {
    this.#kernels = kernels;
    this.#memory = memory;
    this.#tensors = tensors;
  }

  /** `<name>.weight` and, where present, `<name>.bias`. `shape` is checked where it is known: [outputs, inputs]. */
  dense(name: string, shape?: readonly [number, number]): DenseRecord {
    const known = this.#dense.get(name);
    if (known) return known;
    const [outputs, inputs, ...more] = this.#tensors.shape(`${name}.weight`);
    if (outputs === undefined || inputs === undefined || more.length > 0) {
      throw new AffettoError(`The weights' ${name}.weight is no matrix; the file does not fit this version.`);
    }
    if (shape && (shape[0] !== outputs || shape[1] !== inputs)) {
      throw new AffettoError(
        `The weights' ${name}.weight is ${outputs} x ${inputs}, its config says ${shape[0]} x ${shape[1]}.`,
      );
    }
    const padded = Math.ceil(inputs / 16) * 16;
    const rows = Math.ceil(outputs / 8) * 8;
    const weights = this.#memory.alloc(rows * padded);
    const scales = this.#memory.alloc(rows * 4);
    const staged = this.#stage(`${name}.weight`, outputs * inputs);
    this.#kernels.quantizeWeights(staged.address, outputs, inputs, padded, weights, scales);
    staged.free();
    const bias = this.#memory.alloc(rows * 4);
    if (this.#tensors.has(`${name}.bias`)) this.#copy(`${name}.bias`, outputs, bias);
    const address = this.#record([inputs, padded, outputs, rows, weights, scales, bias]);
    // A lane of the sum takes padded / 4 products of at most 127 * limit.
    this.#memory.f32(address + 28, 1)[0] = Math.min(32767, Math.floor((2 ** 31 - 1) / (127 * (padded / 4))));
    const record = { address, inputs, outputs, bytes: rows * padded };
    this.#dense.set(name, record);
    return record;
  }

  /** All layers of a stack. Throws AffettoError when a tensor is missing, of another shape, or not finite. */
  stack(name: string, spec: StackSpec): StackRecord {
    const known = this.#stacks.get(name);
    if (known) return known;
    check(name, spec);
    const { width, ffn, heads } = spec;
    const all: DenseRecord[] = [];
    const dense = (part: string, outputs: number, inputs: number): number => {
      const record = this.dense(`${name}.${part}`, [outputs, inputs]);
      all.push(record);
      return record.address;
    };
    const layers: number[] = [];
    for (let l = 0; l < spec.layers; l++) {
      const at = `layers.${l}`;
      const norms = [1, 2].flatMap((i) => this.norm(`${name}.${at}.norm${i}`, width));
      append(layers, [...norms, ...(spec.cross ? this.norm(`${name}.${at}.norm3`, width) : [0, 0])]);
      layers.push(dense(`${at}.attn.qkv`, 3 * width, width), dense(`${at}.attn.out`, width, width));
      layers.push(dense(`${at}.ffn.up`, ffn, width), dense(`${at}.ffn.down`, width, ffn));
      if (spec.cross) {
        layers.push(dense(`${at}.cross.q`, width, width), dense(`${at}.cross.kv`, 2 * width, width));
        layers.push(dense(`${at}.cross.out`, width, width), 0, 0, 0);
      } else layers.push(0, 0, 0, 0, 0, 0);
    }
    const head = width / heads;
    const layerState = heads * (head * head + head);
    const decay = this.#memory.alloc(heads * 4);
    this.#memory.f32(decay, heads).set(spec.decay);
    const fields = [spec.layers, heads, width, ffn, spec.norm === 'pre' ? 1 : 0, spec.cross ? 1 : 0, decay];
    const norm = this.norm(`${name}.norm`, width);
    const address = this.#record([...fields, ...norm, this.#record(layers), layerState * 4]);
    const bytes = all.reduce((sum, record) => sum + record.bytes, 0);
    const record = { address, spec, layerState, bytes, dense: all };
    this.#stacks.set(name, record);
    return record;
  }

  /** Addresses of `<name>.weight` and `<name>.bias` of a layer norm. */
  norm(name: string, width: number): readonly [number, number] {
    const known = this.#norms.get(name);
    if (known) return known;
    const parts = ['weight', 'bias'].map((part) => {
      const address = this.#memory.alloc(width * 4);
      this.#copy(`${name}.${part}`, width, address);
      return address;
    });
    const norm = [parts[0]!, parts[1]!] as const;
    this.#norms.set(name, norm);
    return norm;
  }

  #record(words: readonly number[]): number {
    const address = this.#memory.alloc(words.length * 4 + 8);
    this.#memory.i32(address, words.length).set(words);
    return address;
  }

  #copy(name: string, count: number, address: number): void {
    const values = this.#tensors.get(name);
    if (values.length !== count) {
      throw new AffettoError(`The weights' ${name} has ${values.length} values, its config says ${count}.`);
    }
    this.#memory.f32(address, count).set(values);
    this.#checkFinite(name, address, count);
  }

  #stage(name: string, count: number): { address: number; free(): void } {
    const values = this.#tensors.get(name);
    const address = this.#memory.alloc(count * 4);
    this.#memory.f32(address, count).set(values);
    this.#checkFinite(name, address, count);
    return { address, free: () => this.#memory.free(address, count * 4) };
  }

  #checkFinite(name: string, address: number, count: number): void {
    if (this.#kernels.allFinite(address, count)) return;
    throw new AffettoError(
      `The weights' ${name} holds NaN or infinite values; the file is broken, fetch it again.`,
    );
  }
}

function check(name: string, { width, heads, ffn, decay }: StackSpec): void {
  const fits = width % 4 === 0 && ffn % 4 === 0 && width % heads === 0 && decay.length === heads;
  if (fits && decay.every((g) => g > 0 && g <= 1)) return;
  throw new AffettoError(
    `The simd engine can't run stack '${name}': width ${width} and ffn ${ffn} must be multiples of 4, ` +
      `heads (${heads}) must divide the width, and there must be ${heads} decays in (0, 1].`,
  );
}
