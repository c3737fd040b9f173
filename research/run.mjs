// `npm run research -- COMMAND`: installs and builds what is missing, then hands over to research/main.ts.
import { ensureInstalled } from '../scripts/ensure.mjs';

ensureInstalled();
const { buildResearch } = await import('../scripts/build.mjs');
await buildResearch();
if (process.argv[2] === 'listen') await (await import('./page/build.mjs')).buildPage();
const { main } = await import('../out/research/research.mjs');
process.exitCode = await main(process.argv.slice(2));
