import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';

const OUTPUTS = 4;
const LAYERS = ['in', 'middle', 'out'] as const;

interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * Features -> four numbers: log odds of high valence and high arousal, and the standardised ratings of both. The mean of
 * the members' outputs; a rating is half the networks' and half a straight line's.
 */
export class RecogniserNetwork {
  readonly #mean: Float32Array;
  readonly #deviation: Float32Array;
  readonly #clip: number;
  /** One list of layers a member. */
  readonly #members: readonly (readonly Layer[])[];
  readonly #line: Layer;

  /** Throws an input error when a tensor is missing or has another shape than the config says. */
  constructor(tensors: Tensors, config: { features: readonly string[]; clip: number; members: number }) {
    const width = config.features.length;
    this.#clip = config.clip;
    this.#mean = tensors.get('features.mean');
    this.#deviation = tensors.get('features.deviation');
    const stacks = LAYERS.map((name) => membersOf(tensors, name, config.members));
    this.#members = Array.from({ length: config.members }, (_, m) => stacks.map((stack) => stack[m]));
    this.#line = {
      weight: tensors.get('linear.weight'),
      bias: tensors.get('linear.bias'),
      inputs: width,
      outputs: 2,
    };
    const [first, middle, last] = stacks.map((stack) => stack[0]);
    const fits =
      this.#mean.length === width &&
      this.#deviation.length === width &&
      this.#line.weight.length === 2 * width &&
      first.inputs === width &&
      middle.inputs === first.outputs &&
      last.inputs === middle.outputs &&
      last.outputs === OUTPUTS;
    if (!fits)
      throw new AffettoError('the recogniser: its tensors do not fit one another; fetch the model again');
  }

  standardise(features: Float32Array): Float32Array {
    return features.map((value, i) => {
      const z = (value - this.#mean[i]) / this.#deviation[i];
      return Math.min(this.#clip, Math.max(-this.#clip, z));
    });
  }

  apply(features: Float32Array): Float32Array {
    const x = this.standardise(features);
    const out = new Float32Array(OUTPUTS);
    for (const layers of this.#members) {
      let h: Float32Array = x;
      layers.forEach((layer, i) => {
        h = linear(layer, h);
        if (i + 1 < layers.length) h = h.map(gelu);
      });
      for (let k = 0; k < OUTPUTS; k++) out[k] += h[k] / this.#members.length;
    }
    const straight = linear(this.#line, x);
    out[2] = 0.5 * (out[2] + straight[0]);
    out[3] = 0.5 * (out[3] + straight[1]);
    return out;
  }
}

/** The layer of each member from stacked tensors (members, out, in) and (members, out). */
function membersOf(tensors: Tensors, name: string, members: number): Layer[] {
  const [count, outputs, inputs] = tensors.shape(`${name}.weight`);
  const weight = tensors.get(`${name}.weight`);
  const bias = tensors.get(`${name}.bias`);
  if (count !== members || bias.length !== members * outputs)
    throw new AffettoError(
      `the recogniser: tensor '${name}.weight' is not for ${members} members; fetch the model again`,
    );
  return Array.from({ length: members }, (_, m) => ({
    weight: weight.subarray(m * outputs * inputs, (m + 1) * outputs * inputs),
    bias: bias.subarray(m * outputs, (m + 1) * outputs),
    inputs,
    outputs,
  }));
}

/** Four sums side by side: most of a hearing's time is spent here. */
function linear({ weight, bias, inputs }: Layer, x: Float32Array): Float32Array {
  const out = new Float32Array(bias.length);
  const whole = inputs - (inputs % 4);
  for (let o = 0; o < out.length; o++) {
    const row = o * inputs;
    let [a, b, c, d] = [bias[o], 0, 0, 0];
    let i = 0;
    for (; i < whole; i += 4) {
      a += weight[row + i] * x[i];
      b += weight[row + i + 1] * x[i + 1];
      c += weight[row + i + 2] * x[i + 2];
      d += weight[row + i + 3] * x[i + 3];
    }
    for (; i < inputs; i++) a += weight[row + i] * x[i];
    out[o] = a + b + (c + d);
  }
  return out;
}

/** The tanh form, as in training. */
const gelu = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
