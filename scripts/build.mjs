// Bundles what runs in plain Node (command line and services) into out/node with esbuild; skipped when nothing changed.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

const outDir = join(root, 'out', 'node');

/** Entry name -> source. Each becomes out/node/<name>.mjs; entries not written yet are left out. */
const entries = {
  cli: 'src/cli/main.ts',
  'dataset-worker': 'src/cli/dataset-worker.ts',
  inference: 'src/services/inference/main.ts',
  midi: 'src/services/midi/main.ts',
};

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

/** Builds when a source is newer than the last build. */
export async function buildNode({ force = false } = {}) {
  const present = Object.entries(entries).filter(([, source]) => existsSync(join(root, source)));
  const built = present.map(([name]) => join(outDir, `${name}.mjs`));
  const upToDate =
    !force &&
    built.every(existsSync) &&
    Math.min(...built.map((file) => statSync(file).mtimeMs)) >=
      Math.max(newest(join(root, 'src')), statSync(join(root, 'package.json')).mtimeMs);
  if (upToDate) return;
  const { build } = await import('esbuild');
  await build({
    entryPoints: Object.fromEntries(present.map(([name, source]) => [name, join(root, source)])),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
    chunkNames: 'chunks/[name]-[hash]',
  });
}

if (process.argv[1] === join(root, 'scripts', 'build.mjs')) {
  ensureInstalled();
  await buildNode({ force: true });
}
