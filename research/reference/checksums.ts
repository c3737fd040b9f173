import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOutput } from '../../src/cli/files.ts';
import { CHOOSING_FILE, RUNS_FILE } from '../../src/model/choosing/reference.ts';
import { JUDGE_FILES } from '../../src/model/generator/judge/learnt-judge.ts';
import { LEANING_FILE } from '../../src/model/muser/leaning.ts';
import { CHECKSUMS_FILE } from '../../src/model/weights/checksums.ts';

/** What a model's folder may hold beside its card. */
const FILES = [
  'config.json',
  'vocabulary.json',
  'weights.safetensors',
  'latent-map.json',
  LEANING_FILE,
  CHOOSING_FILE,
  RUNS_FILE,
  ...JUDGE_FILES,
];

/** Writes the checksums of what lies in a model's folder; returns the names. */
export async function writeChecksums(folder: string): Promise<string[]> {
  const names = FILES.filter((name) => existsSync(join(folder, name)));
  const sums = names.map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ]);
  const text = `${JSON.stringify(Object.fromEntries(sums), null, 2)}\n`;
  await writeOutput(join(folder, CHECKSUMS_FILE), new TextEncoder().encode(text));
  return names;
}
