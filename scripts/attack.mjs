// `npm run attack`: the whole of test/attack, and every test that ends, stops or damages something; figures on stdout.
// Further arguments go to vitest; AFFETTO_ATTACK_SEED repeats a run.
import { join } from 'node:path';
import { ensureInstalled, root, run } from './ensure.mjs';

ensureInstalled();
const { buildNode } = await import('./build.mjs');
await buildNode();
const tests = [
  'test/attack',
  'test/model/music/fuzz.test.ts',
  'test/host/full-disk.test.ts',
  'test/host/unreadable.test.ts',
  'test/services/inference/stopped.test.ts',
  'test/services/midi/recovery',
  'test/services/model-files',
];
process.env.AFFETTO_ATTACK = 'whole';
process.env.AFFETTO_FUZZ ??= '100000';
const given = process.argv.slice(2);
process.exitCode = run(process.execPath, [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  ...(given.some((argument) => !argument.startsWith('-')) ? [] : tests),
  ...given,
]);
