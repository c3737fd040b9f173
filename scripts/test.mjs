// `npm test`: installs what is missing, builds, then runs the tests; further arguments go to vitest.
import { join } from 'node:path';
import { ensureInstalled, root, run } from './ensure.mjs';

ensureInstalled();
const { buildNode, buildResearch } = await import('./build.mjs');
await buildNode();
await buildResearch();
process.exitCode = run(process.execPath, [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  ...process.argv.slice(2),
]);
