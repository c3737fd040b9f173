import { AffettoError } from '../error.ts';
import { checkFiles } from '../weights/checksums.ts';
import { allFinite, type RawTensor, readSafetensors, toFloats } from '../weights/safetensors.ts';
import type { Tensors } from '../weights/tensors.ts';
import { type GeneratorConfig, parseGeneratorConfig } from './config.ts';
import { generatorShapes } from './shapes.ts';

/** A generator's config and tensors, checked against each other. */
export class GeneratorWeights implements Tensors {
  readonly config: GeneratorConfig;
  readonly #file: string;
  readonly #tensors: ReadonlyMap<string, RawTensor>;

  /** Throws an input error that names what is missing, has another shape, or is not a number. */
  constructor(config: GeneratorConfig, tensors: ReadonlyMap<string, RawTensor>, file: string) {
    this.config = config;
    this.#tensors = tensors;
    this.#file = file;
    for (const [name, expected] of generatorShapes(config)) {
      const { shape } = this.#raw(name);
      if (shape.join() !== expected.join())
        throw new AffettoError(
          `${file}: tensor '${name}' is ${shape.join(' x ')} but its config says ${expected.join(' x ')}; ` +
            'weights and config do not belong together',
        );
      for (const part of [this.#raw(name), ...this.#scale(name)])
        if (!allFinite(part))
          throw new AffettoError(
            `${file}: tensor '${name}' holds values that are not numbers; fetch the model again`,
          );
    }
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  shape(name: string): readonly number[] {
    return this.#raw(name).shape;
  }

  get(name: string): Float32Array {
    const values = toFloats(this.#raw(name));
    for (const raw of this.#scale(name)) {
      const scale = toFloats(raw);
      const width = values.length / scale.length;
      for (let i = 0; i < values.length; i++) values[i] *= scale[Math.floor(i / width)];
    }
    return values;
  }

  /** int8 tensors come with `<name>.scale`, one factor a row. */
  #scale(name: string): RawTensor[] {
    const raw = this.#raw(name);
    if (raw.dtype !== 'I8') return [];
    const scale = this.#raw(`${name}.scale`);
    if (scale.shape.join() !== String(raw.shape[0]))
      throw new AffettoError(
        `${this.#file}: tensor '${name}.scale' must hold a value a row; fetch the model again`,
      );
    return [scale];
  }

  #raw(name: string): RawTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new AffettoError(`${this.#file}: tensor '${name}' is missing; fetch the model again`);
    return tensor;
  }
}

/** The files that a folder of a generator holds. */
export const GENERATOR_FILES = ['config.json', 'weights.safetensors', 'checksums.json'] as const;

/** Reads a generator from the bytes of its folder's files (null where a file is missing), compared with its checksums. */
export async function readGeneratorWeights(
  files: Readonly<Record<string, Uint8Array | null | undefined>>,
  folder: string,
): Promise<GeneratorWeights> {
  for (const name of GENERATOR_FILES)
    if (!files[name])
      throw new AffettoError(
        `${folder}/${name} is missing; a model folder needs ${GENERATOR_FILES.join(', ')}`,
      );
  await checkFiles(files, folder);
  const config = parseGeneratorConfig(files['config.json']!, `${folder}/config.json`);
  const file = `${folder}/weights.safetensors`;
  return new GeneratorWeights(config, readSafetensors(files['weights.safetensors']!, file), file);
}
