import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../contract.ts';
import type { Engine } from '../../model/engines/engine.ts';
import { createSimdEngine } from '../../model/engines/simd/engine.ts';
import { AffettoError } from '../../model/error.ts';
import { Muser } from '../../model/muser/muser.ts';
import { readWeightSet, type WeightSet } from '../../model/weights/weight-set.ts';

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
  /** Why this engine runs, for people. */
  reason: string;
}

/** Loads weights and starts the engine that was asked for; `auto` takes the one that is quickest for a few takes. */
export async function loadModel(name: string, engine: Settings['engine']): Promise<LoadedModel> {
  const files = await readModelFiles(name, ['config.json', 'weights.safetensors', 'checksums.json']);
  const weights = await readWeightSet(files, join(modelsFolder(), name));
  const { made, reason } = await startEngine(weights, engine);
  return { muser: new Muser(weights, made), reason };
}

async function startEngine(
  weights: WeightSet,
  choice: Settings['engine'],
): Promise<{ made: Engine; reason: string }> {
  if (choice === 'simd' || choice === 'auto') {
    try {
      const made = await createSimdEngine(weights);
      return {
        made,
        reason: choice === 'auto' ? 'Picked simd: quickest for a few takes, on any machine.' : '',
      };
    } catch (error) {
      if (choice === 'simd') throw error;
    }
  }
  const { createTfjs } = await import('./tfjs-engine.ts');
  return createTfjs(weights, choice === 'cuda').catch((error: unknown) => {
    throw error instanceof AffettoError
      ? error
      : new AffettoError(`The ${choice} engine does not start here: ${(error as Error).message}`, 'failure');
  });
}
