// Bundles a module of test/services/midi together with the MIDI service of this moment, for the commands that measure it:
// a build that happens during a long run changes nothing.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './ensure.mjs';

/** The module's exports, and the path of the service's script. */
export async function loadMidiHarness(name) {
  ensureInstalled();
  const { build } = await import('esbuild');
  // Under node_modules, where the packages that stay outside of the bundle are found.
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, `affetto-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: {
      harness: join(root, 'test', 'services', 'midi', `${name}.ts`),
      midi: join(root, 'src', 'services', 'midi', 'main.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  return {
    ...(await import(pathToFileURL(join(folder, 'harness.mjs')).href)),
    script: join(folder, 'midi.mjs'),
  };
}
