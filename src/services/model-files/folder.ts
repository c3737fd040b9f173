import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AffettoError, requireInput } from '../../model/error.ts';
import { CHECKSUMS_FILE, checkFiles } from '../../model/weights/checksums.ts';

/** resources/models: where AFFETTO_MODELS says, else beside or above this code, in the repository or in the package. */
export function modelsFolder(): string {
  if (process.env.AFFETTO_MODELS) return process.env.AFFETTO_MODELS;
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const candidate of [join(folder, 'resources', 'models'), join(folder, 'models')]) {
      if (existsSync(candidate)) return candidate;
    }
    if (dirname(folder) === folder) return join(folder, 'resources', 'models');
    folder = dirname(folder);
  }
}

/** The folder of an installed model. A name is a name: it leads nowhere else. */
export function modelFolder(name: string): string {
  requireInput(/^[A-Za-z0-9][\w.-]*$/.test(name), `'${name}' is not the name of a model`);
  return join(modelsFolder(), name);
}

export const isInstalled = (folder: string): boolean => existsSync(join(folder, 'weights.safetensors'));

export type ModelFiles = Readonly<Record<string, Uint8Array | null>>;

/**
 * Reads files of a model's folder, all of them compared with its checksums.json; null where a model does not bring one.
 * Throws an input error that names a file which is damaged, has no checksum, or is missing though it has one.
 */
export async function readModelFiles(folder: string, names: readonly string[]): Promise<ModelFiles> {
  const all = [...new Set([...names, CHECKSUMS_FILE])];
  const files = Object.fromEntries(
    await Promise.all(all.map(async (name) => [name, await read(join(folder, name))] as const)),
  );
  await checkFiles(files, folder);
  return files;
}

async function read(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new AffettoError(`${path} could not be read: ${message}`, 'failure', { cause: error });
  }
}
