// `npm run bench`: installs what is missing, builds, then measures (src/cli/commands/bench.ts).
import { join } from 'node:path';
import { ensureInstalled, root, run } from './ensure.mjs';

ensureInstalled();
const { buildNode } = await import('./build.mjs');
await buildNode();
process.exitCode = run(process.execPath, [
  join(root, 'bin', 'affetto.mjs'),
  'bench',
  ...process.argv.slice(2),
]);
