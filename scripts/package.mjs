// `npm run package`: builds everything afresh and packs it for this system; further arguments go to electron-builder.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, run } from './ensure.mjs';

ensureInstalled();
// What earlier builds left behind must not be packed.
rmSync(join(root, 'out'), { recursive: true, force: true });
const { buildNode } = await import('./build.mjs');
await buildNode({ force: true });
const tool = (...parts) => join(root, 'node_modules', ...parts);
const built = run(process.execPath, [tool('electron-vite', 'bin', 'electron-vite.js'), 'build']);
const packed =
  built ||
  run(process.execPath, [tool('electron-builder', 'cli.js'), '--publish', 'never', ...process.argv.slice(2)]);
// What is in it goes beside it.
if (!packed) {
  const { writeSbom } = await import('./sbom.mjs');
  console.log(`dist/sbom.cdx.json: ${writeSbom()} packages`);
}
process.exitCode = packed;
