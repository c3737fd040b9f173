import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { AffettoError, requireInput } from '../../src/model/error.ts';

/** A program of this repository in Python, run from its root. */
export interface PythonProgram {
  /** What messages call it. */
  readonly name: string;
  /** What the interpreter is given before anything else. */
  readonly args: readonly string[];
  /** What its answers depend on. */
  readonly files: readonly string[];
}

/** Refuses, before anything is measured, an interpreter or a program that cannot be there; null = nobody is asked. */
export function checkPython(python: string | null, { files }: PythonProgram): void {
  if (python === null) return;
  requireInput(
    /^[^-\0]/.test(python) && !python.includes('\0'),
    `--python: '${python}' is no program; name one such as python3`,
  );
  requireInput(
    existsSync(files[0]),
    `there is no ${files[0]}; run evaluate from the repository's root, or without --python`,
  );
}

/** Changes whenever the program does; empty where it is not there. */
export function versionOf({ files }: PythonProgram): string {
  const hash = createHash('sha256');
  for (const path of files) if (existsSync(path)) hash.update(readFileSync(path));
  return hash.digest('hex');
}

/** What the program says on stdout. Its last word on stderr is the reason where it fails. */
export function runPython(
  python: string,
  { name, args: before }: PythonProgram,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [...before, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-2000);
    });
    child.on('error', (cause) => {
      reject(
        new AffettoError(`--python: ${python} could not be run (${cause.message})`, 'failure', { cause }),
      );
    });
    child.on('close', (code) => {
      const last = err.trim().split('\n').at(-1);
      if (code === 0) resolve(out);
      else
        reject(
          new AffettoError(
            `--python: ${name} failed (${last || `exit ${code}`}); it needs what training/requirements.txt lists`,
            'failure',
          ),
        );
    });
  });
}
