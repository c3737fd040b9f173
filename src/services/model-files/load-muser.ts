import { LEANING_FILE, readLeaning } from '../../model/muser/leaning.ts';
import { MuserModel } from '../../model/muser/muser-model.ts';
import { MODEL_FILES, readWeightSet } from '../../model/weights/weight-set.ts';
import { type EngineName, startEngine } from '../inference/engines.ts';
import { readModelFiles } from './folder.ts';

/**
 * A model of the first format with all that shapes what is written with it, and why its engine runs. Throws an input error that
 * names what is missing or damaged.
 */
export async function loadMuser(
  folder: string,
  engine: EngineName,
): Promise<{ readonly model: MuserModel; readonly reason: string }> {
  const files = await readModelFiles(folder, [...MODEL_FILES, LEANING_FILE]);
  const weights = await readWeightSet(files, folder);
  const started = await startEngine(weights, engine);
  const leaning = readLeaning(files[LEANING_FILE], weights.config.books);
  return { model: new MuserModel(weights, started.engine, leaning), reason: started.reason };
}

/** The same without what is made of it afterwards: leaning to nothing, whether or not the folder says what to lean to. */
export async function loadPlain(folder: string, engine: EngineName): Promise<MuserModel> {
  const weights = await readWeightSet(await readModelFiles(folder, MODEL_FILES), folder);
  return new MuserModel(weights, (await startEngine(weights, engine)).engine);
}
