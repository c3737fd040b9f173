import type { StackSpec } from '../../../../src/model/engines/engine.ts';
import { AffettoError } from '../../../../src/model/error.ts';
import type { Tensors } from '../../../../src/model/weights/tensors.ts';

/** Numbers in -1..1 that look random; the same for a seed on every machine. */
function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  };
}

export function row(count: number, seed: number, size = 1): Float32Array {
  const next = numbers(seed);
  return Float32Array.from({ length: count }, () => size * next());
}

/** Tensors made up for a test, in memory. */
export class MadeTensors implements Tensors {
  readonly all = new Map<string, { shape: number[]; values: Float32Array }>();

  has(name: string): boolean {
    return this.all.has(name);
  }

  shape(name: string): readonly number[] {
    return this.#tensor(name).shape;
  }

  get(name: string): Float32Array {
    return this.#tensor(name).values.slice();
  }

  put(name: string, shape: number[], values: Float32Array): this {
    this.all.set(name, { shape, values });
    return this;
  }

  /** A matrix with a bias, sized so that outputs are about as large as inputs. */
  putDense(name: string, outputs: number, inputs: number): this {
    const seed = this.all.size + 17;
    this.put(`${name}.weight`, [outputs, inputs], row(outputs * inputs, seed, Math.sqrt(3 / inputs)));
    return this.put(`${name}.bias`, [outputs], row(outputs, seed + 1, 0.1));
  }

  putNorm(name: string, width: number): this {
    const seed = this.all.size + 29;
    const weight = row(width, seed, 0.3).map((value) => 1 + value);
    return this.put(`${name}.weight`, [width], weight).put(
      `${name}.bias`,
      [width],
      row(width, seed + 1, 0.1),
    );
  }

  putStack(name: string, spec: StackSpec): this {
    const { width, ffn } = spec;
    for (let i = 0; i < spec.layers; i++) {
      const at = `${name}.layers.${i}`;
      this.putNorm(`${at}.norm1`, width).putNorm(`${at}.norm2`, width);
      this.putDense(`${at}.attn.qkv`, 3 * width, width).putDense(`${at}.attn.out`, width, width);
      this.putDense(`${at}.ffn.up`, ffn, width).putDense(`${at}.ffn.down`, width, ffn);
      if (!spec.cross) continue;
      this.putNorm(`${at}.norm3`, width).putDense(`${at}.cross.q`, width, width);
      this.putDense(`${at}.cross.kv`, 2 * width, width).putDense(`${at}.cross.out`, width, width);
    }
    return this.putNorm(`${name}.norm`, width);
  }

  #tensor(name: string): { shape: number[]; values: Float32Array } {
    const tensor = this.all.get(name);
    if (!tensor) throw new AffettoError(`The weights have no ${name}.`);
    return tensor;
  }
}

/** Root of the mean squared difference over that of the values. */
export function relativeError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < wanted.length; i++) {
    difference += (got[i] - wanted[i]) ** 2;
    size += wanted[i] ** 2;
  }
  return Math.sqrt(difference / size);
}
