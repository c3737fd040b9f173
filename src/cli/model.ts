import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHOOSING_FILE, type Reference, RUNS_FILE, readReference } from '../model/choosing/reference.ts';
import { requireInput } from '../model/error.ts';
import { LEANING_FILE, readLeaning } from '../model/muser/leaning.ts';
import { Muser } from '../model/muser/muser.ts';
import { MODEL_FILES, readWeightSet } from '../model/weights/weight-set.ts';
import { ENGINE_NAMES, type EngineName, startEngine } from '../services/inference/engines.ts';
import { modelsFolder } from '../services/inference/load-model.ts';

/** Options that every command with a model takes. */
export const MODEL_OPTIONS = {
  model: { type: 'string', default: 'affetto' },
  engine: { type: 'string', default: 'auto' },
} as const;

export const MODEL_USAGE = `  --model NAME      a folder under resources/models, or a path (default: affetto; muser-paper is the paper's)
  --engine NAME     ${ENGINE_NAMES.join(', ')} (default: auto)`;

/** A model, and what its takes are held against. */
export interface Composer {
  readonly muser: Muser;
  readonly reference: Reference;
}

/** Loads a model by name or path and starts its engine. Throws input errors that name what is missing or damaged. */
export async function loadMuser(options: { model: string; engine: string }): Promise<Muser> {
  return (await loadComposer(options)).muser;
}

/** The same with what its takes are held against. */
export async function loadComposer(options: { model: string; engine: string }): Promise<Composer> {
  const { model } = options;
  const engine = options.engine as EngineName;
  requireInput(
    ENGINE_NAMES.includes(engine),
    `there is no engine '${engine}'; engines: ${ENGINE_NAMES.join(', ')}`,
  );
  const installed = join(modelsFolder(), model);
  const folder = /[\\/]/.test(model) || !existsSync(installed) ? model : installed;
  requireInput(
    existsSync(folder),
    `there is no model '${model}' under ${modelsFolder()} and no folder of that name; check the name`,
  );
  const files = [...MODEL_FILES, LEANING_FILE, CHOOSING_FILE, RUNS_FILE].map(
    async (file) => [file, await readFile(join(folder, file)).catch(() => null)] as const,
  );
  const found = Object.fromEntries(await Promise.all(files));
  const weights = await readWeightSet(found, folder);
  const leaning = readLeaning(found[LEANING_FILE], weights.config.books);
  return {
    muser: new Muser(weights, (await startEngine(weights, engine)).engine, leaning),
    reference: readReference(found[CHOOSING_FILE], found[RUNS_FILE]),
  };
}
