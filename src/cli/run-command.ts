import { AffettoError } from '../model/error.ts';
import { visible } from '../model/visible.ts';
import type { Command, Io } from './command.ts';

/** Every command, loaded only when it is called. */
export type Commands = Readonly<Record<string, () => Promise<{ command: Command }>>>;

/** Runs one command; returns the exit code: 0 good, 2 bad input or usage, 1 failure. `called` is how people call the program. */
export async function runCommand(
  called: string,
  commands: Commands,
  argv: readonly string[],
  io: Io,
): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    for (const line of await overview(called, commands)) io.out(line);
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    io.err(`affetto: there is no command '${visible(name)}'; commands: ${Object.keys(commands).join(', ')}`);
    return 2;
  }
  try {
    const { command } = await load();
    if (args.includes('--help') || args.includes('-h')) {
      io.out(command.usage);
      return 0;
    }
    await command.run(args, io);
    return 0;
  } catch (error) {
    // Nobody reads on: what was asked for is done.
    if (io.signal.reason === NOBODY_READS) return 0;
    return report(error, io);
  }
}

function report(error: unknown, io: Io): number {
  if (error instanceof AffettoError) {
    io.err(`affetto: ${visible(error.message)}`);
    return error.kind === 'input' ? 2 : 1;
  }
  if (isUsageError(error)) {
    io.err(`affetto: ${error.message.split('\n')[0]}`);
    return 2;
  }
  io.err(`affetto: ${visible(error instanceof Error ? error.message : String(error))}`);
  if (process.env.AFFETTO_DEBUG && error instanceof Error) io.err(error.stack ?? '');
  return 1;
}

/** node:util parseArgs throws these for unknown or malformed options. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

async function overview(called: string, commands: Commands): Promise<string[]> {
  const lines = [`${called} <command> [options]   (${called} <command> --help tells more)`, ''];
  for (const [name, load] of Object.entries(commands)) {
    lines.push(`  ${name.padEnd(10)} ${(await load()).command.summary}`);
  }
  return lines;
}

/** Why a run is aborted whose output goes into a pipe that was closed (`| head`). */
const NOBODY_READS = 'nobody reads what is written';

/** The terminal, for a program that runs one command. */
export function terminal(): Io {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort(NOBODY_READS);
  });
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    interactive: process.stderr.isTTY === true,
    signal: controller.signal,
  };
}
