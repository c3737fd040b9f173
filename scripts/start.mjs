// `npm start` on a fresh clone: installs and builds what is missing, then opens the app: in Electron where its program is
// there or can be fetched within a short time, else in the browser.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, run } from './ensure.mjs';

const FETCH_SECONDS = 90;

ensureInstalled();
const browserOnly = process.argv.includes('--browser');
const electron = browserOnly ? null : findElectron();
if (electron) {
  const { buildNode } = await import('./build.mjs');
  await buildNode();
  const built = run(
    process.execPath,
    [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (built !== 0) process.exit(built);
  const child = spawn(electron, [root], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  if (!browserOnly) {
    console.error('affetto: Electron is not to be had here, so the app opens in your browser.');
  }
  const args = process.argv.slice(2).filter((argument) => argument !== '--browser');
  const { runCommandLine } = await import('./command-line.mjs');
  await runCommandLine(['serve', ...args]);
}

/** Path of Electron's program; fetches it once when it is missing. Null when it can't be had, or has no screen to open on. */
function findElectron() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return null;
  const here = program();
  if (here) return here;
  const fetcher = join(root, 'node_modules', 'electron', 'install.js');
  if (!existsSync(fetcher)) return null;
  console.error('affetto: fetching Electron (once) …');
  spawnSync(process.execPath, [fetcher], { cwd: root, stdio: 'ignore', timeout: FETCH_SECONDS * 1000 });
  return program();
}

/** The electron package writes the name of its program into path.txt once it lies in dist/. */
function program() {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const path = join(root, 'node_modules', 'electron', 'dist', names[process.platform] ?? 'electron');
  return existsSync(path) ? path : null;
}
