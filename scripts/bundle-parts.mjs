// Parts of src/ for a script: bundled once for Node, then imported.
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './ensure.mjs';

/**
 * @param {string} name of the bundle under out/node
 * @param {Record<string, string>} parts file under src (without .ts) -> names that it exports, separated by commas
 * @returns the module that exports all of them
 */
export async function bundledParts(name, parts) {
  const outfile = join(root, 'out', 'node', `${name}.mjs`);
  await build({
    stdin: {
      contents: Object.entries(parts)
        .map(([file, names]) => `export { ${names} } from './src/${file}.ts';`)
        .join('\n'),
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile,
  });
  return import(outfile);
}
