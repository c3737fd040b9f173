import { readFileSync } from 'node:fs';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { LEANING_FILE, Leaning, type LeaningFile, readLeaning } from '../../../src/model/muser/leaning.ts';
import { Muser } from '../../../src/model/muser/muser.ts';
import { MODEL_FILES, readWeightSet } from '../../../src/model/weights/weight-set.ts';

/** A file of the model that ships. */
export const shipped = (file: string) =>
  readFileSync(new URL(`../../../resources/models/affetto/${file}`, import.meta.url));

/** The model that ships, on the engine that ships; leaning otherwise where that is given. */
export async function shippedMuser(leaning?: LeaningFile): Promise<Muser> {
  const files = Object.fromEntries([...MODEL_FILES, LEANING_FILE].map((file) => [file, shipped(file)]));
  const weights = await readWeightSet(files, 'affetto');
  return new Muser(
    weights,
    await createSimdEngine(weights),
    leaning
      ? new Leaning(leaning, weights.config.books)
      : readLeaning(files[LEANING_FILE], weights.config.books),
  );
}
