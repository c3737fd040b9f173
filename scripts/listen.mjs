// Makes docs/listen: bundles the page's script and writes its clips. Arguments go to `affetto listen`.
import { join } from 'node:path';
import { buildNode } from './build.mjs';
import { ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
const { build } = await import('esbuild');
// A classic script: pages from disk may not load modules.
await build({
  entryPoints: [join(root, 'src', 'listening', 'page.ts')],
  outfile: join(root, 'docs', 'listen', 'listen.js'),
  bundle: true,
  format: 'iife',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});
await buildNode();
const { main } = await import('../out/node/cli.mjs');
process.exitCode = await main(['listen', ...process.argv.slice(2)]);
