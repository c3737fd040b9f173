// The user's command line: installs and builds what is missing, then hands over to src/cli.
import { buildNode } from './build.mjs';
import { ensureInstalled } from './ensure.mjs';

/** Runs a command and leaves its exit code to the process. */
export async function runCommandLine(args) {
  ensureInstalled();
  await buildNode();
  if (args[0] === 'serve') await (await import('./build-window.mjs')).buildWindow();
  const { main } = await import('../out/node/cli.mjs');
  process.exitCode = await main(args);
}
