import { AffettoError } from '../error.ts';
import { type RawTensor, readSafetensors, toFloats } from './safetensors.ts';
import type { Tensors } from './tensors.ts';

/** Tensors of a small model, one file, no config of its own to check against. */
export class TensorMap implements Tensors {
  readonly #tensors: ReadonlyMap<string, RawTensor>;
  readonly #file: string;

  /** Throws an input error when the bytes are no safetensors file. */
  constructor(bytes: Uint8Array, file: string) {
    this.#tensors = readSafetensors(bytes, file);
    this.#file = file;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  shape(name: string): readonly number[] {
    return this.#raw(name).shape;
  }

  /** Throws an input error when the tensor is missing or holds values that are not numbers. */
  get(name: string): Float32Array {
    const values = toFloats(this.#raw(name));
    if (!values.every(Number.isFinite))
      throw new AffettoError(
        `${this.#file}: tensor '${name}' holds values that are not numbers; fetch the model again`,
      );
    return values;
  }

  #raw(name: string): RawTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new AffettoError(`${this.#file}: tensor '${name}' is missing; fetch the model again`);
    return tensor;
  }
}
