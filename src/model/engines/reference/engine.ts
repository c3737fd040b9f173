import type { Tensors } from '../../weights/tensors.ts';
import type { Dense, Engine, Stack, StackSpec, StackState } from '../engine.ts';
import { readLinear, requireLength } from '../shared.ts';
import { layerNorm, linear } from './arithmetic.ts';
import { recall, remember, stateSize } from './attention.ts';
import {
  applyLayer,
  crossAttend,
  gatherMemory,
  type Layer,
  readLayer,
  readNorm,
  selfAttend,
} from './layer.ts';

/** The plainest engine: loops that read like the formulas. What every other engine is compared with; slow. */
export function createReferenceEngine(tensors: Tensors): Engine {
  return {
    name: 'reference',
    stack: (name, spec, batch) => new ReferenceStack(tensors, name, spec, batch),
    dense: (name, batch) => referenceDense(tensors, name, batch),
    encode: (name, spec, x, length) => encode(tensors, name, spec, x, length),
    dispose: () => {},
  };
}

const readLayers = (tensors: Tensors, name: string, spec: StackSpec): Layer[] =>
  Array.from({ length: spec.layers }, (_, i) => readLayer(tensors, `${name}.layers.${i}`, spec.cross));

function referenceDense(tensors: Tensors, name: string, batch: number): Dense {
  const map = readLinear(tensors, name);
  const { inputs, outputs } = map;
  return {
    inputs,
    outputs,
    apply(x, rows) {
      requireLength(x, rows * inputs, name);
      const y = new Float32Array(batch * outputs);
      for (let row = 0; row < rows; row++)
        y.set(linear(map, x.subarray(row * inputs, (row + 1) * inputs)), row * outputs);
      return y.subarray(0, rows * outputs);
    },
    dispose: () => {},
  };
}

class ReferenceStack implements Stack {
  readonly width: number;
  readonly batch: number;
  private readonly spec: StackSpec;
  private readonly layers: readonly Layer[];
  private readonly norm: ReturnType<typeof readNorm>;
  /** A lane's state: for each layer self-attention, then cross-attention where there is one. */
  private readonly lanes: Float32Array[];

  constructor(tensors: Tensors, name: string, spec: StackSpec, batch: number) {
    this.spec = spec;
    this.width = spec.width;
    this.batch = batch;
    this.layers = readLayers(tensors, name, spec);
    this.norm = readNorm(tensors, `${name}.norm`);
    const size = spec.layers * stateSize(spec) * (spec.cross ? 2 : 1);
    this.lanes = Array.from({ length: batch }, () => new Float32Array(size));
  }

  private part(lane: number, layer: number, cross: boolean): Float32Array {
    const size = stateSize(this.spec);
    const at = this.spec.cross ? 2 * layer + Number(cross) : layer;
    return this.lanes[lane].subarray(at * size, (at + 1) * size);
  }

  step(x: Float32Array, active?: Uint8Array): Float32Array {
    const { spec, width } = this;
    requireLength(x, this.batch * width, 'stack');
    const out = new Float32Array(this.batch * width);
    for (let lane = 0; lane < this.batch; lane++) {
      if (active && !active[lane]) continue;
      let row: Float32Array = x.slice(lane * width, (lane + 1) * width);
      this.layers.forEach((layer, i) => {
        const self = (r: Float32Array) => selfAttend(spec, layer, this.part(lane, i, false), r);
        const cross = spec.cross
          ? (r: Float32Array) => crossAttend(spec, layer, this.part(lane, i, true), r)
          : null;
        row = applyLayer(spec, layer, row, self, cross);
      });
      out.set(layerNorm(this.norm, row), lane * width);
    }
    return out;
  }

  reset(lane?: number): void {
    this.lanes.forEach((state, i) => {
      if (lane === undefined || lane === i) state.fill(0);
    });
  }

  save(lane: number): StackState {
    return this.lanes[lane].slice();
  }

  restore(lane: number, state: StackState): void {
    this.lanes[lane].set(state);
  }

  setMemory(memory: Float32Array, length: number, lane?: number): void {
    for (let i = 0; i < this.batch; i++)
      if (lane === undefined || lane === i)
        this.layers.forEach((layer, l) => {
          gatherMemory(this.spec, layer, memory, length, this.part(i, l, true));
        });
  }

  dispose(): void {}
}

/** Non-causal: each layer gathers all rows first, then every row reads. */
function encode(
  tensors: Tensors,
  name: string,
  spec: StackSpec,
  x: Float32Array,
  length: number,
): Float32Array {
  const { width } = spec;
  const steady = spec.decay.map(() => 1);
  const rowsOf = (all: Float32Array) =>
    Array.from({ length }, (_, t) => all.slice(t * width, (t + 1) * width));
  let rows: Float32Array[] = rowsOf(x);
  for (const layer of readLayers(tensors, name, spec)) {
    const normed = spec.norm === 'pre' ? rows.map((row) => layerNorm(layer.norm1, row)) : rows;
    const state = new Float32Array(stateSize(spec));
    for (const row of normed) {
      const qkv = linear(layer.qkv, row);
      remember(spec, state, qkv.subarray(width, 2 * width), qkv.subarray(2 * width), steady);
    }
    const read = (row: Float32Array) => linear(layer.out, recall(spec, state, linear(layer.qkv, row)));
    rows = rows.map((row) => applyLayer(spec, layer, row, read, null));
  }
  const norm = readNorm(tensors, `${name}.norm`);
  const out = new Float32Array(length * width);
  rows.forEach((row, t) => {
    out.set(layerNorm(norm, row), t * width);
  });
  return out;
}
