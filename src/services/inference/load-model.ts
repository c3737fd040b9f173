import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../contract/contract.ts';
import { CHOOSING_FILE, type Reference, RUNS_FILE, readReference } from '../../model/choosing/reference.ts';
import { LEANING_FILE, readLeaning } from '../../model/muser/leaning.ts';
import { Muser } from '../../model/muser/muser.ts';
import { MODEL_FILES, readWeightSet } from '../../model/weights/weight-set.ts';
import { type EngineName, startEngine } from './engines.ts';

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

export function hasModel(name: string): boolean {
  return existsSync(join(modelsFolder(), name, 'weights.safetensors'));
}

/** The files of a model folder; null where one is missing. */
export async function readModelFiles(
  name: string,
  files: readonly string[],
): Promise<Record<string, Uint8Array | null>> {
  const folder = join(modelsFolder(), name);
  const pairs = files.map(
    async (file) => [file, await readFile(join(folder, file)).catch(() => null)] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
}

export interface LoadedModel {
  muser: Muser;
  /** What its takes are held against. */
  reference: Reference;
  /** Why this engine runs, for people. */
  reason: string;
}

/** What the settings call an engine, and what it is called here. */
const ENGINES: Record<Settings['engine'], EngineName> = {
  auto: 'auto',
  simd: 'simd',
  tfjs: 'tfjs-wasm',
  cuda: 'tfjs',
};

/** Loads weights and starts the engine that was asked for. */
export async function loadModel(name: string, choice: Settings['engine']): Promise<LoadedModel> {
  const files = await readModelFiles(name, [...MODEL_FILES, LEANING_FILE, CHOOSING_FILE, RUNS_FILE]);
  const weights = await readWeightSet(files, join(modelsFolder(), name));
  const { engine, reason } = await startEngine(weights, ENGINES[choice]);
  const leaning = readLeaning(files[LEANING_FILE], weights.config.books);
  const reference = readReference(files[CHOOSING_FILE], files[RUNS_FILE]);
  return { muser: new Muser(weights, engine, leaning), reference, reason };
}
