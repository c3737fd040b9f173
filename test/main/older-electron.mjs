// Builds the app once more into out/older, for an Electron of before 28 (from 22 on), which has neither ES modules nor a
// recent Node: where only such a program is at hand, the shell can be proved in it all the same. The product needs the
// Electron of package.json; nothing of this is packed.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from '../../scripts/ensure.mjs';

export const olderApp = join(root, 'out', 'older');

/** What Node 16 and Electron 22 lack. */
const NODE = `
globalThis.crypto ??= require('node:crypto').webcrypto;
globalThis.Response ??= class {
  constructor(body, { status = 200, headers = {} } = {}) {
    Object.assign(this, { body, status, headers });
  }
};
const { protocol } = process.type === 'browser' ? require('electron') : {};
if (protocol && !protocol.handle)
  protocol.handle = (scheme, answer) =>
    protocol.registerBufferProtocol(scheme, async ({ url }, callback) => {
      const { body, status, headers } = await answer({ url });
      const mimeType = headers['content-type']?.split(';')[0];
      callback({ statusCode: status, headers, mimeType, data: Buffer.from(body) });
    });
const importMetaUrl = require('node:url').pathToFileURL(__filename).href;
`;

/** Sources that say what only newer programs understand, said in older words. */
const older = {
  name: 'older',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]main[\\/]utility-processes\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/'(inference|midi)\.mjs'/g, "'$1.cjs'"),
      loader: 'ts',
    }));
    // A CommonJS file cannot await at its top.
    onLoad({ filter: /src[\\/]services[\\/]midi[\\/]main\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const end = [...source.matchAll(/^import [\s\S]*?;$/gm)].at(-1);
      const at = end.index + end[0].length;
      return {
        contents: `${source.slice(0, at)}\nvoid (async () => {${source.slice(at)}\n})();`,
        loader: 'ts',
      };
    });
  },
};

export async function buildOlder() {
  const { build } = await import('esbuild');
  const options = {
    absWorkingDir: root,
    outdir: join(olderApp, 'out'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node16',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  };
  await build({
    ...options,
    entryPoints: {
      'main/main': 'src/main/main.ts',
      'node/inference': 'src/services/inference/main.ts',
      'node/midi': 'src/services/midi/main.ts',
    },
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: NODE },
    plugins: [older],
  });
  await build({ ...options, entryPoints: { 'preload/preload': 'src/preload/preload.ts' } });
  await buildWindow();
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(olderApp, 'package.json'), JSON.stringify({ name, version, main: 'out/main/main.cjs' }));
  for (const folder of ['resources', 'node_modules'])
    if (!existsSync(join(olderApp, folder)))
      symlinkSync(join(root, folder), join(olderApp, folder), 'junction');
}

async function buildWindow() {
  const { build } = await import('vite');
  const outDir = join(olderApp, 'out', 'renderer');
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: join(root, 'vite.renderer.config.ts'),
    root: join(root, 'src/renderer'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true, target: 'chrome108' },
  });
}

if (process.argv[1] === join(root, 'test', 'main', 'older-electron.mjs')) {
  ensureInstalled();
  await buildOlder();
}
