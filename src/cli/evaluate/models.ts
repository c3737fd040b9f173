import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkBestOf, USUAL_BEST_OF } from '../../model/choosing/best-of.ts';
import { CHOOSING_FILE, type Reference, RUNS_FILE, readReference } from '../../model/choosing/reference.ts';
import { createSimdEngine } from '../../model/engines/simd/engine.ts';
import { LEANING_FILE, readLeaning } from '../../model/muser/leaning.ts';
import { Muser } from '../../model/muser/muser.ts';
import { MODEL_FILES, readWeightSet } from '../../model/weights/weight-set.ts';

/** A model under test. */
export interface Subject {
  /** Name in tables: that of its folder. */
  readonly name: string;
  readonly folder: string;
  /** Changes whenever config or weights do. */
  readonly version: string;
  /** Changes whenever what its own choice of codes leans to does. */
  readonly leaning: string;
  readonly muser: Muser;
  /** What its takes are held against. */
  readonly reference: Reference;
  /** Candidates of each take. */
  readonly bestOf: number;
}

/** Loads a weights folder on the default engine; takes are the best of `bestOf`. Throws an input error that names what is missing or damaged. */
export async function loadSubject(folder: string, name: string, bestOf = USUAL_BEST_OF): Promise<Subject> {
  checkBestOf(bestOf);
  const bytes = (file: string) => {
    const path = join(folder, file);
    return existsSync(path) ? readFileSync(path) : null;
  };
  const files = Object.fromEntries(
    [...MODEL_FILES, LEANING_FILE, CHOOSING_FILE, RUNS_FILE].map((file) => [file, bytes(file)]),
  );
  const weights = await readWeightSet(files, folder);
  const leaning = readLeaning(files[LEANING_FILE], weights.config.books);
  const reference = readReference(files[CHOOSING_FILE], files[RUNS_FILE]);
  const text = (file: string) => files[file]?.toString('utf8').replace(/\s+/g, '') ?? '';
  const muser = new Muser(weights, await createSimdEngine(weights), leaning);
  return {
    name,
    folder,
    version: text('checksums.json'),
    leaning: text(LEANING_FILE),
    muser,
    reference,
    bestOf,
  };
}
