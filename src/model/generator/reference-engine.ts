import { add, layerNorm, linear, type Norm } from '../engines/reference/arithmetic.ts';
import { readNorm } from '../engines/reference/layer.ts';
import { gelu, geluInPlace, type Linear, readLinear } from '../engines/shared.ts';
import type { Tensors } from '../weights/tensors.ts';
import type { ElementNetwork, GeneratorEngine, Head } from './engine.ts';
import { ReferenceWindowStack } from './reference-stack.ts';

/** The plainest engine: loops that read like the formulas. What the other one is compared with; slow. */
export function createReferenceGeneratorEngine(tensors: Tensors): GeneratorEngine {
  return {
    name: 'reference',
    stack: (name, spec, lanes, room) => new ReferenceWindowStack(tensors, name, spec, lanes, room),
    element: (name, layers) => new ReferenceElement(tensors, name, layers),
    head: (name) => new ReferenceHead(tensors, name),
  };
}

/** Calls a network row by row. */
function byRow(rows: number, outputs: number, answer: (row: number) => Float32Array): Float32Array {
  const out = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) out.set(answer(row), row * outputs);
  return out;
}

const rowOf = (x: Float32Array, row: number, width: number): Float32Array =>
  x.subarray(row * width, (row + 1) * width);

class ReferenceElement implements ElementNetwork {
  readonly width: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly #enter: Linear;
  readonly #layers: readonly { norm: Norm; up: Linear; down: Linear }[];
  readonly #norm: Norm;
  readonly #in: Linear;
  readonly #out: Linear;

  constructor(tensors: Tensors, name: string, layers: number) {
    this.#enter = readLinear(tensors, `${name}.enter`);
    this.#layers = Array.from({ length: layers }, (_, i) => ({
      norm: readNorm(tensors, `${name}.layers.${i}.norm`),
      up: readLinear(tensors, `${name}.layers.${i}.up`),
      down: readLinear(tensors, `${name}.layers.${i}.down`),
    }));
    this.#norm = readNorm(tensors, `${name}.norm`);
    this.#in = readLinear(tensors, `${name}.in`);
    this.#out = readLinear(tensors, `${name}.out`);
    this.width = this.#enter.outputs;
    this.hidden = this.#in.outputs;
    this.outputs = this.#out.outputs;
  }

  logits(h: Float32Array, own: Float32Array, joined: Float32Array, rows: number): Float32Array {
    return byRow(rows, this.outputs, (row) => {
      let x = add(linear(this.#enter, rowOf(h, row, this.#enter.inputs)), rowOf(own, row, this.width));
      for (const { norm, up, down } of this.#layers)
        x = add(x, linear(down, geluInPlace(linear(up, layerNorm(norm, x)))));
      const inner = add(linear(this.#in, layerNorm(this.#norm, x)), rowOf(joined, row, this.hidden));
      return linear(this.#out, inner.map(gelu));
    });
  }

  dispose(): void {}
}

class ReferenceHead implements Head {
  readonly outputs: number;
  readonly #norm: Norm;
  readonly #in: Linear;
  readonly #out: Linear;

  constructor(tensors: Tensors, name: string) {
    this.#norm = readNorm(tensors, `${name}.norm`);
    this.#in = readLinear(tensors, `${name}.in`);
    this.#out = readLinear(tensors, `${name}.out`);
    this.outputs = this.#out.outputs;
  }

  apply(x: Float32Array, rows: number): Float32Array {
    return byRow(rows, this.outputs, (row) => {
      const inner = linear(this.#in, layerNorm(this.#norm, rowOf(x, row, this.#in.inputs)));
      return linear(this.#out, geluInPlace(inner));
    });
  }

  dispose(): void {}
}
