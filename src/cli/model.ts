import { existsSync } from 'node:fs';
import { requireInput } from '../model/error.ts';
import type { MuserModel } from '../model/muser/muser-model.ts';
import { ENGINE_NAMES, type EngineName } from '../services/inference/engines.ts';
import { modelFolder, modelsFolder } from '../services/model-files/folder.ts';
import { type LoadedModel, loadModel } from '../services/model-files/load-model.ts';
import { loadMuser as load, loadPlain } from '../services/model-files/load-muser.ts';

/** Options that every command with a model takes. */
export const MODEL_OPTIONS = {
  model: { type: 'string', default: 'affetto' },
  engine: { type: 'string', default: 'auto' },
} as const;

export const MODEL_USAGE = `  --model NAME      a folder under resources/models, or a path (default: affetto; affetto-2 writes voices, muser-paper is the paper's)
  --engine NAME     ${ENGINE_NAMES.join(', ')} (default: auto)`;

interface ModelChoice {
  readonly model: string;
  readonly engine: string;
}

/** Loads a model by name or path and starts its engine. Throws input errors that name what is missing or damaged. */
export const loadComposer = (choice: ModelChoice): Promise<LoadedModel> =>
  loadModel(folderOf(choice), engineOf(choice));

/** A model of the first format. */
export async function loadMuser(choice: ModelChoice): Promise<MuserModel> {
  return (await load(folderOf(choice), engineOf(choice))).model;
}

/** The same without what is made of it afterwards. */
export const loadPlainMuser = (choice: ModelChoice): Promise<MuserModel> =>
  loadPlain(folderOf(choice), engineOf(choice));

/** Whoever is at the command line may name a folder anywhere. Throws an input error where there is none. */
function folderOf({ model }: ModelChoice): string {
  const isName = !/[\\/]/.test(model) && model !== '.' && model !== '..';
  const folder = isName && existsSync(modelFolder(model)) ? modelFolder(model) : model;
  requireInput(
    existsSync(folder),
    `there is no model '${model}' under ${modelsFolder()} and no folder of that name; check the name`,
  );
  return folder;
}

function engineOf({ engine }: ModelChoice): EngineName {
  requireInput(
    ENGINE_NAMES.includes(engine as EngineName),
    `there is no engine '${engine}'; engines: ${ENGINE_NAMES.join(', ')}`,
  );
  return engine as EngineName;
}
