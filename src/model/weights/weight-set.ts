import { AffettoError } from '../error.ts';
import { CHECKSUMS_FILE, checkFiles } from './checksums.ts';
import type { ModelConfig } from './config.ts';
import { parseConfig } from './parse-config.ts';
import { allFinite, type RawTensor, readSafetensors, toFloats } from './safetensors.ts';
import { expectedShapes } from './shapes.ts';
import type { Tensors } from './tensors.ts';

/** A model's config and tensors, checked against each other. */
export class WeightSet implements Tensors {
  readonly config: ModelConfig;
  /** Where it came from, for messages. */
  readonly file: string;
  private readonly tensors: ReadonlyMap<string, RawTensor>;

  /** Throws an input error that names what is missing, has another shape, or is not a number. */
  constructor(config: ModelConfig, tensors: ReadonlyMap<string, RawTensor>, file: string) {
    this.config = config;
    this.tensors = tensors;
    this.file = file;
    for (const [name, shape] of expectedShapes(config)) this.check(name, shape);
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  shape(name: string): readonly number[] {
    return this.raw(name).shape;
  }

  /** The tensor as it lies in the file, for engines that keep its number format. */
  raw(name: string): RawTensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new AffettoError(`${this.file}: tensor '${name}' is missing; fetch the model again`);
    return tensor;
  }

  /** int8 tensors come with `<name>.scale`, one factor a row. */
  get(name: string): Float32Array {
    const tensor = this.raw(name);
    const values = toFloats(tensor);
    if (tensor.dtype === 'I8') scaleRows(values, toFloats(this.raw(`${name}.scale`)));
    return values;
  }

  /** Bytes of all tensors as stored. */
  get byteLength(): number {
    let total = 0;
    for (const tensor of this.tensors.values()) total += tensor.data.length;
    return total;
  }

  private check(name: string, expected: readonly number[]): void {
    const { shape } = this.raw(name);
    const fits = shape.length === expected.length && expected.every((n, i) => n === -1 || n === shape[i]);
    if (!fits) {
      const want = expected.map((n) => (n === -1 ? 'any' : n)).join(' x ');
      throw new AffettoError(
        `${this.file}: tensor '${name}' is ${shape.join(' x ')} but its config says ${want}; weights and config do not belong together`,
      );
    }
    const { dtype } = this.raw(name);
    if (!allFinite(this.raw(name)) || (dtype === 'I8' && !allFinite(this.raw(`${name}.scale`))))
      throw new AffettoError(
        `${this.file}: tensor '${name}' holds values that are not numbers; fetch the model again`,
      );
  }
}

function scaleRows(values: Float32Array, scale: Float32Array): void {
  const width = values.length / scale.length;
  for (let row = 0; row < scale.length; row++)
    for (let i = row * width; i < (row + 1) * width; i++) values[i] *= scale[row];
}

/** The files of a model folder that are needed to run it. */
export const MODEL_FILES = ['config.json', 'weights.safetensors', CHECKSUMS_FILE] as const;

/**
 * Reads a model from the bytes of its folder's files (file name -> bytes; null where a file is missing).
 * Every file that is given is compared with checksums.json.
 */
export async function readWeightSet(
  files: Readonly<Record<string, Uint8Array | null | undefined>>,
  folder: string,
): Promise<WeightSet> {
  for (const name of MODEL_FILES)
    if (!files[name])
      throw new AffettoError(`${folder}/${name} is missing; a model folder needs ${MODEL_FILES.join(', ')}`);
  await checkFiles(files, folder);
  const config = parseConfig(files['config.json']!, `${folder}/config.json`);
  const file = `${folder}/weights.safetensors`;
  return new WeightSet(config, readSafetensors(files['weights.safetensors']!, file), file);
}
