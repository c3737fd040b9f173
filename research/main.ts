import type { Io } from '../src/cli/command.ts';
import { type Commands, runCommand, terminal } from '../src/cli/run-command.ts';

const COMMANDS: Commands = {
  dataset: () => import('./commands/dataset.ts'),
  pieces: () => import('./commands/pieces.ts'),
  features: () => import('./commands/features.ts'),
  evaluate: () => import('./commands/evaluate.ts'),
  measure: () => import('./commands/measure.ts'),
  reference: () => import('./commands/reference.ts'),
  checksums: () => import('./commands/checksums.ts'),
  listen: () => import('./commands/listen.ts'),
  soak: () => import('./commands/soak.ts'),
  bench: () => import('./commands/bench.ts'),
};

/** The command line of research; returns the exit code. */
export const main = (argv: readonly string[], io: Io = terminal()): Promise<number> =>
  runCommand('npm run research --', COMMANDS, argv, io);
