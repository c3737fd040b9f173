import { AffettoError } from '../../error.ts';
import type { Tensors } from '../../weights/tensors.ts';
import { BEAT_FEATURES, type BeatFrames } from './beat-features.ts';

/** Two frames make one step of the network. */
const STACK = 2;
const KERNEL = 5;

/** Log odds for every frame. */
export interface BeatBeliefs {
  readonly beat: Float32Array;
  readonly downbeat: Float32Array;
}

interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * The temporal convolution network: a first convolution, then residual blocks x + W relu(conv(x)) of doubling dilation,
 * then four outputs a step: beat and downbeat for each of its two frames. Batch norms are folded into the weights.
 * Rows lie channel by channel, (channels, steps), so that every inner loop runs along time.
 */
export class BeatNetwork {
  readonly channels: number;
  readonly #mean: Float32Array;
  readonly #deviation: Float32Array;
  readonly #first: Layer;
  readonly #blocks: { readonly wide: Layer; readonly mix: Layer; readonly dilation: number }[];
  readonly #out: Layer;

  /** Throws an input error when a tensor is missing or does not fit. */
  constructor(tensors: Tensors, blocks: number) {
    const layer = (name: string): Layer => ({
      weight: tensors.get(`${name}.weight`),
      bias: tensors.get(`${name}.bias`),
    });
    this.#mean = tensors.get('features.mean');
    this.#deviation = tensors.get('features.deviation');
    this.#first = layer('first');
    this.channels = this.#first.bias.length;
    this.#blocks = Array.from({ length: blocks }, (_, i) => ({
      wide: layer(`blocks.${i}.wide`),
      mix: layer(`blocks.${i}.mix`),
      dilation: 2 ** i,
    }));
    this.#out = layer('out');
    const fits =
      this.#mean.length === BEAT_FEATURES &&
      this.#deviation.length === BEAT_FEATURES &&
      this.#first.weight.length === this.channels * STACK * BEAT_FEATURES * KERNEL &&
      this.#blocks.every((block) => block.wide.weight.length === this.channels ** 2 * KERNEL) &&
      this.#out.weight.length === 2 * STACK * this.channels;
    if (!fits)
      throw new AffettoError('the beat tracker: its weights do not fit its features; fetch the model again');
  }

  beliefs({ frames, values }: BeatFrames): BeatBeliefs {
    const steps = frames / STACK;
    let x = this.#input(values, steps);
    x = convolve(x, steps, this.#first, STACK * BEAT_FEATURES, KERNEL, 1);
    for (const { wide, mix, dilation } of this.#blocks) {
      const inner = convolve(x, steps, wide, this.channels, KERNEL, dilation);
      for (let i = 0; i < inner.length; i++) if (inner[i] < 0) inner[i] = 0;
      const added = convolve(inner, steps, mix, this.channels, 1, 1);
      for (let i = 0; i < x.length; i++) x[i] += added[i];
    }
    const out = convolve(x, steps, this.#out, this.channels, 1, 1);
    const beat = new Float32Array(frames);
    const downbeat = new Float32Array(frames);
    for (let step = 0; step < steps; step++) {
      for (let k = 0; k < STACK; k++) {
        beat[step * STACK + k] = out[k * steps + step];
        downbeat[step * STACK + k] = out[(STACK + k) * steps + step];
      }
    }
    return { beat, downbeat };
  }

  /** Standardised features as (STACK * BEAT_FEATURES, steps). */
  #input(values: Float32Array, steps: number): Float32Array {
    const x = new Float32Array(STACK * BEAT_FEATURES * steps);
    for (let k = 0; k < STACK; k++) {
      for (let feature = 0; feature < BEAT_FEATURES; feature++) {
        const row = (k * BEAT_FEATURES + feature) * steps;
        const mean = this.#mean[feature];
        const scale = 1 / this.#deviation[feature];
        for (let step = 0; step < steps; step++) {
          x[row + step] = (values[(step * STACK + k) * BEAT_FEATURES + feature] - mean) * scale;
        }
      }
    }
    return x;
  }
}

/** One-dimensional convolution with zeros beyond the ends; weight is (out, in, kernel) with a kernel of 1 or KERNEL. */
function convolve(
  x: Float32Array,
  steps: number,
  { weight, bias }: Layer,
  inputs: number,
  kernel: number,
  dilation: number,
): Float32Array {
  const out = new Float32Array(bias.length * steps);
  for (let o = 0; o < bias.length; o++) out.fill(bias[o], o * steps, (o + 1) * steps);
  const pad = (kernel >> 1) * dilation;
  const row = new Float32Array(steps + 2 * pad);
  for (let i = 0; i < inputs; i++) {
    row.set(x.subarray(i * steps, (i + 1) * steps), pad);
    for (let o = 0; o < bias.length; o++) {
      const y = out.subarray(o * steps, (o + 1) * steps);
      const w = (o * inputs + i) * kernel;
      if (kernel === 1) for (let t = 0; t < steps; t++) y[t] += weight[w] * row[t];
      else addFiveTaps(y, row, dilation, weight, w);
    }
  }
  return out;
}

/** y[t] += sum over k of weight[at + k] * row[t + k * dilation]: all taps in one pass, since memory is what it waits for. */
function addFiveTaps(
  y: Float32Array,
  row: Float32Array,
  dilation: number,
  weight: Float32Array,
  at: number,
): void {
  const a = weight[at];
  const b = weight[at + 1];
  const c = weight[at + 2];
  const d = weight[at + 3];
  const e = weight[at + 4];
  for (let t = 0; t < y.length; t++) {
    y[t] +=
      a * row[t] +
      b * row[t + dilation] +
      c * row[t + 2 * dilation] +
      d * row[t + 3 * dilation] +
      e * row[t + 4 * dilation];
  }
}
