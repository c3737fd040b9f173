import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensors } from '../../weights/tensors.ts';
import type { Stack, StackSpec, StackState } from '../engine.ts';
import { requireLength } from '../shared.ts';
import {
  type AttentionState,
  applyLayer,
  featureMap,
  gather,
  headRows,
  layerNorm,
  linear,
  recall,
} from './arithmetic.ts';
import { loadLayer, loadNorm, type TfApi, type TfLayer, type TfNorm } from './weights.ts';

/** The recurrent form of a causal stack as tfjs operations; states stay on the backend between steps. */
export class TfStack implements Stack {
  readonly width: number;
  readonly batch: number;
  private readonly tf: TfApi;
  private readonly spec: StackSpec;
  private readonly layers: readonly TfLayer[];
  private readonly norm: TfNorm;
  /** One factor a lane and head. */
  private readonly decay: Tensor;
  private self: AttentionState[];
  private cross: AttentionState[];

  constructor(tf: TfApi, tensors: Tensors, name: string, spec: StackSpec, batch: number) {
    this.tf = tf;
    this.spec = spec;
    this.width = spec.width;
    this.batch = batch;
    this.layers = Array.from({ length: spec.layers }, (_, i) =>
      loadLayer(tf, tensors, `${name}.layers.${i}`, spec.cross),
    );
    this.norm = loadNorm(tf, tensors, `${name}.norm`);
    const factors = Array.from({ length: batch * spec.heads }, (_, i) => spec.decay[i % spec.heads]);
    this.decay = tf.tensor(factors, [factors.length, 1, 1]);
    this.self = this.layers.map(() => this.blank());
    this.cross = spec.cross ? this.layers.map(() => this.blank()) : [];
  }

  step(x: Float32Array, active?: Uint8Array): Float32Array {
    const { tf, spec, batch, width } = this;
    requireLength(x, batch * width, 'stack');
    const next: AttentionState[] = [];
    const out = tf.tidy(() => {
      const lanes = active?.includes(0) ? this.mask(active) : null;
      let rows = tf.tensor2d(x.subarray(0, batch * width), [batch, width]);
      this.layers.forEach((layer, i) => {
        const attend = (r: Tensor2D): Tensor2D => {
          const qkv = linear(tf, layer.qkv, r);
          next[i] = this.remember(this.self[i], qkv, lanes);
          const read = recall(tf, next[i], headRows(tf, qkv, 0, spec));
          return linear(tf, layer.out, tf.reshape(read, [batch, width]));
        };
        rows = applyLayer(tf, spec, layer, rows, attend, this.crossOf(layer, i));
      });
      for (const state of next) keepState(tf, state);
      return layerNorm(tf, this.norm, rows);
    });
    disposeStates(this.self);
    this.self = next;
    const values = out.dataSync() as Float32Array;
    out.dispose();
    return values;
  }

  private crossOf(layer: TfLayer, i: number) {
    const { tf, spec, batch, width } = this;
    if (!layer.cross) return null;
    const { q, out } = layer.cross;
    return (r: Tensor2D): Tensor2D => {
      const read = recall(tf, this.cross[i], headRows(tf, linear(tf, q, r), 0, spec));
      return linear(tf, out, tf.reshape(read, [batch, width]));
    };
  }

  private remember(state: AttentionState, qkv: Tensor2D, lanes: Tensor | null): AttentionState {
    const { tf, spec, decay } = this;
    const k = featureMap(tf, headRows(tf, qkv, 1, spec));
    const s = tf.add(tf.mul(state.s, decay), tf.matMul(k, headRows(tf, qkv, 2, spec), true, false));
    const z = tf.add(tf.mul(state.z, decay), k);
    return lanes ? { s: tf.where(lanes, s, state.s), z: tf.where(lanes, z, state.z) } : { s, z };
  }

  private mask(active: Uint8Array): Tensor {
    const flags = Uint8Array.from({ length: this.batch * this.spec.heads }, (_, i) =>
      active[Math.floor(i / this.spec.heads)] ? 1 : 0,
    );
    return this.tf.tensor(flags, [flags.length, 1, 1], 'bool');
  }

  private blank(): AttentionState {
    const d = this.spec.width / this.spec.heads;
    const rows = this.batch * this.spec.heads;
    return { s: this.tf.zeros([rows, d, d]), z: this.tf.zeros([rows, 1, d]) };
  }

  reset(lane?: number): void {
    if (lane !== undefined) {
      this.restore(lane, new Float32Array(this.stateLength));
      return;
    }
    for (const states of [this.self, this.cross]) {
      const count = states.length;
      disposeStates(states);
      for (let i = 0; i < count; i++) states[i] = this.blank();
    }
  }

  private get states(): AttentionState[] {
    return [...this.self, ...this.cross];
  }

  private get stateLength(): number {
    const { width, heads } = this.spec;
    return this.states.length * ((width * width) / heads + width);
  }

  save(lane: number): StackState {
    const saved = new Float32Array(this.stateLength);
    let at = 0;
    for (const tensor of this.states.flatMap(({ s, z }) => [s, z])) {
      const size = tensor.size / this.batch;
      saved.set(tensor.dataSync().subarray(lane * size, (lane + 1) * size), at);
      at += size;
    }
    return saved;
  }

  restore(lane: number, saved: StackState): void {
    let at = 0;
    const put = (tensor: Tensor): Tensor => {
      const size = tensor.size / this.batch;
      const values = Float32Array.from(tensor.dataSync());
      values.set(saved.subarray(at, at + size), lane * size);
      at += size;
      tensor.dispose();
      return this.tf.tensor(values, tensor.shape);
    };
    const replace = ({ s, z }: AttentionState): AttentionState => ({ s: put(s), z: put(z) });
    this.self = this.self.map(replace);
    this.cross = this.cross.map(replace);
  }

  setMemory(memory: Float32Array, length: number, lane?: number): void {
    const { tf, spec, width } = this;
    this.layers.forEach((layer, i) => {
      const state = tf.tidy(() => {
        const kv = linear(
          tf,
          layer.cross!.kv,
          tf.tensor2d(memory.subarray(0, length * width), [length, width]),
        );
        return gather(
          tf,
          spec,
          tf.slice(kv, [0, 0], [length, width]),
          tf.slice(kv, [0, width], [length, width]),
        );
      });
      this.cross[i] = {
        s: this.spread(this.cross[i].s, state.s, lane),
        z: this.spread(this.cross[i].z, state.z, lane),
      };
      disposeStates([state]);
    });
  }

  /** Writes one lane's state into that lane, or into all. */
  private spread(into: Tensor, lane: Tensor, only: number | undefined): Tensor {
    const values = Float32Array.from(into.dataSync());
    const one = lane.dataSync();
    for (let i = 0; i < this.batch; i++)
      if (only === undefined || only === i) values.set(one, i * one.length);
    into.dispose();
    return this.tf.tensor(values, into.shape);
  }

  dispose(): void {
    disposeStates(this.states);
    this.decay.dispose();
    disposeDeep(this.layers);
    disposeDeep(this.norm);
  }
}

function keepState(tf: TfApi, { s, z }: AttentionState): void {
  tf.keep(s);
  tf.keep(z);
}

function disposeStates(states: readonly AttentionState[]): void {
  for (const { s, z } of states) {
    s.dispose();
    z.dispose();
  }
}

/** Disposes every tensor in a tree of objects. */
export function disposeDeep(tree: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  if ('dataSync' in tree && 'dispose' in tree) (tree as Tensor).dispose();
  else for (const branch of Object.values(tree)) disposeDeep(branch);
}
