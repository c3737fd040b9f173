import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AffettoError } from '../model/error.ts';
import { TensorMap } from '../model/weights/tensor-map.ts';

/** The files of a small model. */
export interface ListenerFiles {
  readonly config: unknown;
  readonly tensors: TensorMap;
}

/**
 * Reads config.json and weights.safetensors of a folder, checked against its checksums.json; undefined where no weights
 * are. Throws an input error that names the file when one is missing or damaged.
 */
export function readListener(folder: string): ListenerFiles | undefined {
  if (!existsSync(join(folder, 'weights.safetensors'))) return undefined;
  const sums = parse(read(folder, 'checksums.json'), join(folder, 'checksums.json'));
  const config = checked(folder, 'config.json', sums);
  const weights = checked(folder, 'weights.safetensors', sums);
  return {
    config: parse(config, join(folder, 'config.json')),
    tensors: new TensorMap(weights, join(folder, 'weights.safetensors')),
  };
}

function checked(folder: string, name: string, sums: unknown): Uint8Array {
  const bytes = read(folder, name);
  const expected = (sums as Record<string, unknown> | null)?.[name];
  if (createHash('sha256').update(bytes).digest('hex') === expected) return bytes;
  throw new AffettoError(
    `${join(folder, name)}: its checksum is not the one in checksums.json; it is damaged, fetch the model again`,
  );
}

function read(folder: string, name: string): Uint8Array {
  const path = join(folder, name);
  if (!existsSync(path)) throw new AffettoError(`${path}: it is missing; fetch the model again`);
  return readFileSync(path);
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new AffettoError(`${path}: it is not JSON; fetch the model again`);
  }
}
