import type { Io } from './command.ts';
import { type Commands, runCommand, terminal } from './run-command.ts';

const COMMANDS: Commands = {
  generate: () => import('./commands/generate.ts'),
  transfer: () => import('./commands/transfer.ts'),
  demo: () => import('./commands/demo.ts'),
  convert: () => import('./commands/convert.ts'),
  analyze: () => import('./commands/analyze.ts'),
  ports: () => import('./commands/ports.ts'),
  play: () => import('./commands/play.ts'),
  panic: () => import('./commands/panic.ts'),
  serve: () => import('./commands/serve.ts'),
};

/** The command line; returns the exit code. */
export const main = (argv: readonly string[], io: Io = terminal()): Promise<number> =>
  runCommand('affetto', COMMANDS, argv, io);
