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

interface ModelChoice {
  readonly model: string;
  readonly engine: string;
}

/** Loads a model by name or path and starts its engine. Throws input errors that name what is missing or damaged. */
export async function loadMuser(choice: ModelChoice): Promise<Muser> {
  return (await loadComposer(choice)).muser;
}

/** The same with what its takes are held against. */
export async function loadComposer(choice: ModelChoice): Promise<Composer> {
  const found = await readFolder(choice, [...MODEL_FILES, LEANING_FILE, CHOOSING_FILE, RUNS_FILE]);
  const { weights, engine } = await start(choice, found);
  const leaning = readLeaning(found[LEANING_FILE], weights.config.books);
  return {
    muser: new Muser(weights, engine, leaning),
    reference: readReference(found[CHOOSING_FILE], found[RUNS_FILE]),
  };
}

/** The same without what is made of it afterwards: leaning to nothing, whether or not the folder says what to lean to. */
export async function loadPlain(choice: ModelChoice): Promise<Muser> {
  const { weights, engine } = await start(choice, await readFolder(choice, MODEL_FILES));
  return new Muser(weights, engine);
}

type Found = Record<string, Buffer | null>;

/** Throws an input error where there is no such folder. */
function folderOf({ model }: ModelChoice): string {
  const installed = join(modelsFolder(), model);
  const folder = /[\\/]/.test(model) || !existsSync(installed) ? model : installed;
  requireInput(
    existsSync(folder),
    `there is no model '${model}' under ${modelsFolder()} and no folder of that name; check the name`,
  );
  return folder;
}

async function readFolder(choice: ModelChoice, names: readonly string[]): Promise<Found> {
  const folder = folderOf(choice);
  const files = names.map(
    async (file) => [file, await readFile(join(folder, file)).catch(() => null)] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

async function start(choice: ModelChoice, found: Found) {
  const engine = choice.engine as EngineName;
  requireInput(
    ENGINE_NAMES.includes(engine),
    `there is no engine '${engine}'; engines: ${ENGINE_NAMES.join(', ')}`,
  );
  const weights = await readWeightSet(found, folderOf(choice));
  return { weights, engine: (await startEngine(weights, engine)).engine };
}
