// Bundles what runs in plain Node with esbuild: command line and services into out/node, research into out/research; skipped
// when nothing changed.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

/** Entry name -> source. Each becomes out/<folder>/<name>.mjs. */
const product = {
  folder: 'node',
  sources: ['src'],
  entries: {
    cli: 'src/cli/main.ts',
    inference: 'src/services/inference/main.ts',
    midi: 'src/services/midi/main.ts',
  },
};
const research = {
  folder: 'research',
  sources: ['src', 'research'],
  entries: { research: 'research/main.ts', 'dataset-worker': 'research/dataset/worker.ts' },
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
async function bundle({ folder, sources, entries }, force) {
  const outdir = join(root, 'out', folder);
  const built = Object.keys(entries).map((name) => join(outdir, `${name}.mjs`));
  const changed = () =>
    Math.max(
      ...sources.map((source) => newest(join(root, source))),
      statSync(join(root, 'package.json')).mtimeMs,
    );
  const upToDate =
    !force &&
    built.every(existsSync) &&
    Math.min(...built.map((file) => statSync(file).mtimeMs)) >= changed();
  if (upToDate) return;
  const { build } = await import('esbuild');
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, source]) => [name, join(root, source)]),
    ),
    outdir,
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

export const buildNode = ({ force = false } = {}) => bundle(product, force);
export const buildResearch = ({ force = false } = {}) => bundle(research, force);

if (process.argv[1] === join(root, 'scripts', 'build.mjs')) {
  ensureInstalled();
  await buildNode({ force: true });
  await buildResearch({ force: true });
}
