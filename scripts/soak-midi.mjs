// `npm run soak:midi [SECONDS] [SEED]`: streams through the real MIDI process while ports vanish and processes are killed.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildNode } from './build.mjs';
import { ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
await buildNode();
const folder = join(root, 'node_modules', '.cache', 'affetto-soak');
mkdirSync(folder, { recursive: true });
const { build } = await import('esbuild');
const outfile = join(folder, 'soak.mjs');
await build({
  entryPoints: [join(root, 'test', 'services', 'midi', 'soak.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
});
const { soak } = await import(pathToFileURL(outfile).href);
const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 100_000);
console.log(`soak:midi: ${seconds} s, seed ${seed}`);
const result = await soak(join(root, 'out', 'node', 'midi.mjs'), seconds, seed);
console.log(`done to it: ${JSON.stringify(result.actions)}`);
console.log(`${result.messages} messages, ${result.notes} notes`);
for (const [name, list] of [
  ['left sounding', result.hanging],
  ['lost', result.lost],
  ['out of order', result.disorder],
]) {
  console.log(`${name}: ${list.length}`);
  for (const one of list.slice(0, 10)) console.log(`  ${one}`);
}
process.exitCode = result.hanging.length + result.lost.length + result.disorder.length > 0 ? 1 : 0;
