import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';

/** A matrix and what is added, row-major in PyTorch's orientation, for rows of notes. */
export class RowsDense {
  readonly inputs: number;
  readonly outputs: number;
  /** As float64: JavaScript counts in nothing else, and converts each float32 that it reads. */
  readonly #weight: Float64Array;
  readonly #bias: Float64Array;

  /** Throws an input error when the tensors are missing or do not fit. */
  constructor(tensors: Tensors, name: string, inputs: number, outputs: number) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.#weight = Float64Array.from(tensors.get(`${name}.weight`));
    this.#bias = Float64Array.from(tensors.get(`${name}.bias`));
    if (this.#weight.length !== inputs * outputs || this.#bias.length !== outputs || outputs % 2 !== 0)
      throw new AffettoError(
        `the tagger of voices: tensor '${name}' has the wrong shape; fetch the model again`,
      );
  }

  /** (rows, inputs) -> (rows, outputs). */
  apply(x: Float64Array, rows: number): Float64Array {
    const { inputs, outputs } = this;
    const out = new Float64Array(rows * outputs);
    const whole = rows - (rows % 4);
    for (let row = 0; row < whole; row += 4) this.#four(x, row, out);
    for (let row = whole; row < rows; row++) {
      for (let o = 0; o < outputs; o++) {
        let sum = this.#bias[o];
        for (let i = 0; i < inputs; i++) sum += this.#weight[o * inputs + i] * x[row * inputs + i];
        out[row * outputs + o] = sum;
      }
    }
    return out;
  }

  /** Four rows by two outputs at a time: eight sums that do not wait for each other. Outputs are even in number. */
  #four(x: Float64Array, row: number, out: Float64Array): void {
    const { inputs, outputs } = this;
    const weight = this.#weight;
    const b = inputs;
    const c = 2 * inputs;
    const d = 3 * inputs;
    for (let o = 0; o < outputs; o += 2) {
      let a0 = this.#bias[o];
      let a1 = this.#bias[o + 1];
      let [b0, c0, d0] = [a0, a0, a0];
      let [b1, c1, d1] = [a1, a1, a1];
      let w = o * inputs;
      const end = (row + 1) * inputs;
      for (let at = row * inputs; at < end; at++, w++) {
        const w0 = weight[w];
        const w1 = weight[w + inputs];
        const xa = x[at];
        const xb = x[at + b];
        const xc = x[at + c];
        const xd = x[at + d];
        a0 += w0 * xa;
        a1 += w1 * xa;
        b0 += w0 * xb;
        b1 += w1 * xb;
        c0 += w0 * xc;
        c1 += w1 * xc;
        d0 += w0 * xd;
        d1 += w1 * xd;
      }
      const to = row * outputs + o;
      out[to] = a0;
      out[to + 1] = a1;
      out[to + outputs] = b0;
      out[to + outputs + 1] = b1;
      out[to + 2 * outputs] = c0;
      out[to + 2 * outputs + 1] = c1;
      out[to + 3 * outputs] = d0;
      out[to + 3 * outputs + 1] = d1;
    }
  }
}

export function reluInPlace(x: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) if (x[i] < 0) x[i] = 0;
  return x;
}

/** Each row less its mean, over its deviation; scale and shift are in the matrix that follows. */
export function normed(x: Float64Array, width: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    let mean = 0;
    for (let i = 0; i < width; i++) mean += x[at + i];
    mean /= width;
    let square = 0;
    for (let i = 0; i < width; i++) square += (x[at + i] - mean) ** 2;
    const scale = 1 / Math.sqrt(square / width + 1e-5);
    for (let i = 0; i < width; i++) out[at + i] = (x[at + i] - mean) * scale;
  }
  return out;
}
