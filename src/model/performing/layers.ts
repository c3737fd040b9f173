import { portableExp } from '../engines/portable-math.ts';
import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';

/** A matrix and what is added, row-major in PyTorch's orientation. */
export interface Dense {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
}

/** Throws an input error when the tensors are missing or do not fit. */
function readDense(tensors: Tensors, weight: string, bias: string, inputs: number): Dense {
  const [outputs, width] = tensors.shape(weight);
  const layer = { weight: tensors.get(weight), bias: tensors.get(bias), inputs };
  if (width !== inputs || layer.bias.length !== outputs)
    throw new AffettoError(`the performer: tensor '${weight}' has the wrong shape; fetch the model again`);
  return layer;
}

/** W x + b over the parts of x one after the other. */
function dense({ weight, bias, inputs }: Dense, ...parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(bias.length);
  for (let o = 0; o < out.length; o++) {
    let sum = bias[o];
    let at = o * inputs;
    for (const part of parts) for (let i = 0; i < part.length; i++) sum += weight[at++] * part[i];
    out[o] = sum;
  }
  return out;
}

export const sigmoid = (x: number): number => 1 / (1 + portableExp(-x));
const tanh = (x: number): number => 1 - 2 / (portableExp(2 * x) + 1);

/** One hidden layer of tanh. */
export class Head {
  readonly #first: Dense;
  readonly #second: Dense;

  constructor(tensors: Tensors, name: string, inputs: number, outputs: number) {
    this.#first = readDense(tensors, `${name}_in.weight`, `${name}_in.bias`, inputs);
    const hidden = this.#first.bias.length;
    this.#second = readDense(tensors, `${name}_out.weight`, `${name}_out.bias`, hidden);
    if (this.#second.bias.length !== outputs)
      throw new AffettoError(`the performer: '${name}' answers with too little; fetch the model again`);
  }

  apply(...parts: readonly Float32Array[]): Float32Array {
    return dense(this.#second, dense(this.#first, ...parts).map(tanh));
  }
}

/** A gated recurrent unit as PyTorch has it: reset, update, new. */
export class Gru {
  readonly size: number;
  readonly #input: Dense;
  readonly #state: Dense;

  /** `suffix` is that of the tensors' names: PyTorch's layers have `_l0`, its cells none. */
  constructor(tensors: Tensors, name: string, suffix: string, inputs: number) {
    this.size = tensors.shape(`${name}.weight_hh${suffix}`)[1];
    const read = (kind: string, width: number): Dense =>
      readDense(tensors, `${name}.weight_${kind}${suffix}`, `${name}.bias_${kind}${suffix}`, width);
    this.#input = read('ih', inputs);
    this.#state = read('hh', this.size);
  }

  /** The state after `x`; `state` stays as it is. */
  step(x: Float32Array, state: Float32Array): Float32Array {
    const a = dense(this.#input, x);
    const b = dense(this.#state, state);
    const n = this.size;
    return state.map((before, i) => {
      const reset = sigmoid(a[i] + b[i]);
      const update = sigmoid(a[n + i] + b[n + i]);
      const fresh = tanh(a[2 * n + i] + reset * b[2 * n + i]);
      return (1 - update) * fresh + update * before;
    });
  }
}
