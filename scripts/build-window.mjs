// Builds the window (src/renderer) into out/renderer when a source is newer than the last build.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ensure.mjs';

const built = join(root, 'out', 'renderer', 'index.html');
const sources = ['src/renderer', 'src/model', 'src/contract', 'vite.renderer.config.ts'];

function newest(path) {
  const state = statSync(path);
  if (!state.isDirectory()) return state.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export async function buildWindow({ force = false } = {}) {
  const changed = Math.max(...sources.map((source) => newest(join(root, source))));
  if (!force && existsSync(built) && statSync(built).mtimeMs >= changed) return;
  const { build } = await import('vite');
  await build({
    configFile: join(root, 'vite.renderer.config.ts'),
    root: join(root, 'src/renderer'),
    logLevel: 'warn',
  });
}

if (process.argv[1] === join(root, 'scripts', 'build-window.mjs')) await buildWindow({ force: true });
