// What `npm start` and `npm test` need before anything else: the packages, installed once from the lockfile.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `affetto: needs Node 20.19 or newer, this is ${process.version}. Install it from https://nodejs.org.`,
  );
  process.exit(2);
}

/** Runs a command with the terminal attached; returns its exit status. No shell. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) console.error(`affetto: could not run ${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/** Installs packages unless node_modules was installed from this very lockfile. */
export function ensureInstalled() {
  const stamp = join(root, 'node_modules', '.affetto-installed');
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === String(lock.length) && newerThanLock(stamp))
    return;
  console.error('affetto: installing packages (once) …');
  const npmCli = process.env.npm_execpath;
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = npmCli?.endsWith('.js')
    ? run(process.execPath, [npmCli, ...args], { stdio: ['ignore', process.stderr, process.stderr] })
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
        stdio: ['ignore', process.stderr, process.stderr],
        shell: process.platform === 'win32',
      });
  if (status !== 0) {
    console.error('affetto: installing packages failed; check the network and run `npm install` to see why.');
    process.exit(1);
  }
  writeFileSync(stamp, String(readFileSync(join(root, 'package-lock.json'), 'utf8').length));
}

function newerThanLock(stamp) {
  return statSync(stamp).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs - 1000;
}
