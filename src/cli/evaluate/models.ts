import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSimdEngine } from '../../model/engines/simd/engine.ts';
import { LEANING_FILE, readLeaning } from '../../model/muser/leaning.ts';
import { Muser } from '../../model/muser/muser.ts';
import { readWeightSet } from '../../model/weights/weight-set.ts';

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
}

/** Loads a weights folder on the default engine. Throws an input error that names what is missing or damaged. */
export async function loadSubject(folder: string, name: string): Promise<Subject> {
  const bytes = (file: string) => {
    const path = join(folder, file);
    return existsSync(path) ? readFileSync(path) : null;
  };
  const files = Object.fromEntries(
    ['config.json', 'weights.safetensors', 'checksums.json', LEANING_FILE].map((file) => [file, bytes(file)]),
  );
  const weights = await readWeightSet(files, folder);
  const leaning = readLeaning(files[LEANING_FILE], weights.config.books);
  const text = (file: string) => files[file]?.toString('utf8').replace(/\s+/g, '') ?? '';
  const muser = new Muser(weights, await createSimdEngine(weights), leaning);
  return { name, folder, version: text('checksums.json'), leaning: text(LEANING_FILE), muser };
}
