#!/usr/bin/env node
// The command line: installs and builds what is missing, then hands over to src/cli.
import { ensureInstalled } from '../scripts/ensure.mjs';

ensureInstalled();
const { buildNode } = await import('../scripts/build.mjs');
await buildNode();
if (process.argv[2] === 'serve') await (await import('../scripts/build-window.mjs')).buildWindow();
const { main } = await import('../out/node/cli.mjs');
process.exitCode = await main(process.argv.slice(2));
