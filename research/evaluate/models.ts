import { checkBestOf } from '../../src/model/choosing/best-of.ts';
import {
  CHOOSING_FILE,
  type Reference,
  RUNS_FILE,
  readReference,
} from '../../src/model/choosing/reference.ts';
import { createSimdEngine } from '../../src/model/engines/simd/engine.ts';
import { LEANING_FILE, readLeaning } from '../../src/model/muser/leaning.ts';
import { MuserModel } from '../../src/model/muser/muser-model.ts';
import type { SamplingSettings } from '../../src/model/muser/settings.ts';
import { CHECKSUMS_FILE } from '../../src/model/weights/checksums.ts';
import { MODEL_FILES, readWeightSet } from '../../src/model/weights/weight-set.ts';
import { readModelFiles } from '../../src/services/model-files/folder.ts';
import { neutralEntry, readEntry } from './entry.ts';

const decoder = new TextDecoder();

/** A model under test. */
export interface Subject {
  /** Name in tables. */
  readonly name: string;
  readonly folder: string;
  /** As `--models` names it anywhere. */
  readonly entry: string;
  /** Changes whenever config or weights do. */
  readonly version: string;
  /** Changes whenever what its own choice of codes leans to does. */
  readonly leaning: string;
  /** Changes whenever what its takes are chosen by does. */
  readonly choosing: string;
  readonly muser: MuserModel;
  /** What its takes are held against. */
  readonly reference: Reference;
  /** Candidates of each take. */
  readonly bestOf: number;
  /** Sampling other than its own. */
  readonly sampling: SamplingSettings;
}

/** Loads what an entry of `--models` names, on the default engine. Throws an input error that names what is missing or damaged. */
export async function loadSubject(entry: string): Promise<Subject> {
  const { name, folder, bestOf, sampling, leans } = readEntry(entry);
  checkBestOf(bestOf);
  const files = await readModelFiles(folder, [...MODEL_FILES, LEANING_FILE, CHOOSING_FILE, RUNS_FILE]);
  const weights = await readWeightSet(files, folder);
  const leaning = leans ? readLeaning(files[LEANING_FILE], weights.config.books) : null;
  const reference = readReference(files[CHOOSING_FILE], files[RUNS_FILE]);
  const text = (file: string) => decoder.decode(files[file] ?? undefined).replace(/\s+/g, '');
  const muser = new MuserModel(weights, await createSimdEngine(weights), leaning);
  return {
    name,
    folder,
    entry: neutralEntry(entry),
    version: versionOf(text(CHECKSUMS_FILE)),
    leaning: leans ? text(LEANING_FILE) : '',
    choosing: bestOf > 1 ? text(CHOOSING_FILE) : '',
    muser,
    reference,
    bestOf,
    sampling,
  };
}

/** Checksums but for what is told apart by itself. */
function versionOf(checksums: string): string {
  const {
    [LEANING_FILE]: _l,
    [CHOOSING_FILE]: _c,
    [RUNS_FILE]: _r,
    ...sums
  } = JSON.parse(checksums) as Record<string, string>;
  return JSON.stringify(sums);
}
