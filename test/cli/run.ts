import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Io } from '../../src/cli/command.ts';
import { main } from '../../src/cli/main.ts';

export interface Run {
  readonly code: number;
  readonly out: string[];
  readonly err: string[];
}

/** Runs the command line in this process. */
export const run = (...args: string[]): Promise<Run> => runWith(main, args);

type Main = (argv: readonly string[], io: Io) => Promise<number>;

export async function runWith(main: Main, args: readonly string[]): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    interactive: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

/** A new empty folder. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'affetto-test-'));

/** Folder of a tiny random model, complete as a shipped one is. */
export const tinyModel = (name: 'affetto' | 'muser-paper' | 'generator'): string =>
  fileURLToPath(new URL(`../fixtures/golden/${name}`, import.meta.url));
