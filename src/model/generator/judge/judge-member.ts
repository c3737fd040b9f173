import { portableExp } from '../../engines/portable-math.ts';
import { AffettoError } from '../../error.ts';
import type { Tensors } from '../../weights/tensors.ts';
import { FEATURES, LIKENESS, STEPS } from './bar-rows.ts';

/** Steps back that each layer looks, once and twice. */
const REACHES = [1, 2, 4, 8] as const;
/** Log odds, valence, arousal. */
const OUTPUTS = 3;

interface Dense {
  /** A row an output. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
}

/** What a member remembers at a bar line. */
export interface MemberState {
  /** For each layer the last rows of what it heard, 2 * its reach of them. */
  readonly heard: readonly Float64Array[];
  readonly hidden: Float64Array;
}

/** One network of the judge (training/chooser/network.py): layers over sixteenths, each of which knows those before, and a GRU over bars. */
export class JudgeMember {
  readonly #enter: Dense;
  readonly #layers: readonly Dense[];
  readonly #input: Dense;
  readonly #recurrent: Dense;
  readonly #leave: Dense;

  /** Throws an input error where tensors are missing or do not fit each other. */
  constructor(tensors: Tensors, name: string) {
    const dense = (at: string, inputs: number): Dense => read(tensors, `${name}.${at}`, inputs);
    this.#enter = dense('enter', FEATURES);
    const width = this.#enter.bias.length;
    this.#layers = REACHES.map((_, i) => dense(`layers.${i}.weigh`, 3 * width));
    this.#input = readNamed(
      tensors,
      `${name}.remember.weight_ih_l0`,
      `${name}.remember.bias_ih_l0`,
      2 * width + LIKENESS,
    );
    const memory = this.#input.bias.length / 3;
    this.#recurrent = readNamed(
      tensors,
      `${name}.remember.weight_hh_l0`,
      `${name}.remember.bias_hh_l0`,
      memory,
    );
    this.#leave = dense('leave', memory);
    if (this.#leave.bias.length !== OUTPUTS)
      throw new AffettoError(
        `the judge says ${this.#leave.bias.length} things of a bar, not ${OUTPUTS}; fetch the model again`,
      );
  }

  get start(): MemberState {
    const width = this.#enter.bias.length;
    return {
      heard: REACHES.map((reach) => new Float64Array(2 * reach * width)),
      hidden: new Float64Array(this.#leave.inputs),
    };
  }

  /** Hears the next bar: log odds that a player wrote it, how it feels (valence, arousal), and what is remembered then. */
  hear(
    rows: Float64Array,
    likeness: Float64Array,
    before: MemberState,
  ): { readonly said: number; readonly felt: readonly [number, number]; readonly after: MemberState } {
    const width = this.#enter.bias.length;
    let x = new Float64Array(STEPS * width);
    for (let step = 0; step < STEPS; step++)
      apply(
        this.#enter,
        rows.subarray(step * FEATURES, (step + 1) * FEATURES),
        x.subarray(step * width, (step + 1) * width),
      );
    const heard = REACHES.map((reach, i) => {
      const line = new Float64Array(2 * reach * width + x.length);
      line.set(before.heard[i]);
      line.set(x, 2 * reach * width);
      x = this.#layer(this.#layers[i], line, reach, width);
      return line.slice(line.length - 2 * reach * width);
    });
    const seen = new Float64Array(2 * width + LIKENESS);
    for (let k = 0; k < width; k++) {
      let [sum, most] = [0, Number.NEGATIVE_INFINITY];
      for (let step = 0; step < STEPS; step++) {
        sum += x[step * width + k];
        most = Math.max(most, x[step * width + k]);
      }
      seen[k] = sum / STEPS;
      seen[width + k] = most;
    }
    seen.set(likeness, 2 * width);
    const hidden = this.#remember(seen, before.hidden);
    const [said, valence, arousal] = apply(this.#leave, hidden, new Float64Array(OUTPUTS));
    return { said, felt: [tanh(valence), tanh(arousal)], after: { heard, hidden } };
  }

  /** x + relu(W [2 reach before; reach before; x]); `line` begins 2 * reach rows before x. */
  #layer(layer: Dense, line: Float64Array, reach: number, width: number): Float64Array<ArrayBuffer> {
    const out = new Float64Array(STEPS * width);
    const input = new Float64Array(3 * width);
    for (let step = 0; step < STEPS; step++) {
      for (let part = 0; part < 3; part++) {
        const at = (step + part * reach) * width;
        input.set(line.subarray(at, at + width), part * width);
      }
      const row = apply(layer, input, out.subarray(step * width, (step + 1) * width));
      for (let k = 0; k < width; k++) row[k] = input[2 * width + k] + Math.max(0, row[k]);
    }
    return out;
  }

  /** A gated recurrent unit (Cho et al. 2014), gates in PyTorch's order: reset, update, new. */
  #remember(seen: Float64Array, hidden: Float64Array): Float64Array {
    const size = hidden.length;
    const a = apply(this.#input, seen, new Float64Array(3 * size));
    const b = apply(this.#recurrent, hidden, new Float64Array(3 * size));
    return hidden.map((old, k) => {
      const reset = sigmoid(a[k] + b[k]);
      const update = sigmoid(a[size + k] + b[size + k]);
      const fresh = tanh(a[2 * size + k] + reset * b[2 * size + k]);
      return (1 - update) * fresh + update * old;
    });
  }
}

const sigmoid = (x: number): number => 1 / (1 + portableExp(-x));
const tanh = (x: number): number => 2 * sigmoid(2 * x) - 1;

function apply({ weight, bias, inputs }: Dense, x: Float64Array, out: Float64Array): Float64Array {
  for (let row = 0; row < bias.length; row++) {
    let sum = bias[row];
    for (let i = 0, at = row * inputs; i < inputs; i++, at++) sum += weight[at] * x[i];
    out[row] = sum;
  }
  return out;
}

const read = (tensors: Tensors, name: string, inputs: number): Dense =>
  readNamed(tensors, `${name}.weight`, `${name}.bias`, inputs);

function readNamed(tensors: Tensors, weight: string, bias: string, inputs: number): Dense {
  const found = { weight: tensors.get(weight), bias: tensors.get(bias), inputs };
  if (found.weight.length !== found.bias.length * inputs)
    throw new AffettoError(
      `the judge's tensor '${weight}' does not take ${inputs} values; fetch the model again`,
    );
  return found;
}
