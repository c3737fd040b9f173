// Bundles the script of the listening page, docs/listen/listen.js.
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/ensure.mjs';

/** A classic script: pages from disk may not load modules. */
export const buildPage = () =>
  build({
    entryPoints: [join(root, 'research', 'page', 'page.ts')],
    outfile: join(root, 'docs', 'listen', 'listen.js'),
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
