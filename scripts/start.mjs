// `npm start` on a fresh clone: installs and builds what is missing, then makes four pieces, one for each quadrant of emotion.
import { ensureInstalled } from './ensure.mjs';

ensureInstalled();
const { buildNode } = await import('./build.mjs');
await buildNode();
const { main } = await import('../out/node/cli.mjs');
process.exitCode = await main(['demo', ...process.argv.slice(2)]);
