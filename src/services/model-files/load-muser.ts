import { CHOOSING_FILE, type Reference, RUNS_FILE, readReference } from '../../model/choosing/reference.ts';
import { LEANING_FILE, readLeaning } from '../../model/muser/leaning.ts';
import { Muser } from '../../model/muser/muser.ts';
import { MODEL_FILES, readWeightSet } from '../../model/weights/weight-set.ts';
import { type EngineName, startEngine } from '../inference/engines.ts';
import { readModelFiles } from './folder.ts';

/** A model that writes, and what its takes are held against. */
export interface LoadedModel {
  readonly muser: Muser;
  readonly reference: Reference;
  /** Why this engine runs, for people. */
  readonly reason: string;
}

/** Loads weights and all that shapes what is written with them. Throws an input error that names what is missing or damaged. */
export async function loadModel(folder: string, engine: EngineName): Promise<LoadedModel> {
  const files = await readModelFiles(folder, [...MODEL_FILES, LEANING_FILE, CHOOSING_FILE, RUNS_FILE]);
  const weights = await readWeightSet(files, folder);
  const started = await startEngine(weights, engine);
  const leaning = readLeaning(files[LEANING_FILE], weights.config.books);
  return {
    muser: new Muser(weights, started.engine, leaning),
    reference: readReference(files[CHOOSING_FILE], files[RUNS_FILE]),
    reason: started.reason,
  };
}

/** The same without what is made of it afterwards: leaning to nothing, whether or not the folder says what to lean to. */
export async function loadPlain(folder: string, engine: EngineName): Promise<Muser> {
  const weights = await readWeightSet(await readModelFiles(folder, MODEL_FILES), folder);
  return new Muser(weights, (await startEngine(weights, engine)).engine);
}
