import { CHOOSING_FILE, type Reference, RUNS_FILE, readReference } from '../../model/choosing/reference.ts';
import type { MusicModel } from '../../model/composing/music-model.ts';
import { FORMAT, formatOf } from '../../model/generator/config.ts';
import type { EngineName } from '../inference/engines.ts';
import { readModelFiles } from './folder.ts';
import { loadGenerator } from './load-generator.ts';
import { loadMuser } from './load-muser.ts';

/** A model that writes, and what its takes are held against. */
export interface LoadedModel<M extends MusicModel = MusicModel> {
  readonly model: M;
  readonly reference: Reference;
  /** Why this engine runs, for people. */
  readonly reason: string;
}

/** Loads the model of a folder, of whichever format. Throws an input error that names what is missing or damaged. */
export async function loadModel(folder: string, engine: EngineName): Promise<LoadedModel> {
  const files = await readModelFiles(folder, ['config.json', CHOOSING_FILE, RUNS_FILE]);
  const config = files['config.json'];
  const isGenerator = config !== null && formatOf(config, `${folder}/config.json`) === FORMAT;
  const load = isGenerator ? loadGenerator : loadMuser;
  return {
    ...(await load(folder, engine)),
    reference: readReference(files[CHOOSING_FILE], files[RUNS_FILE]),
  };
}
