import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeardNote } from '../../src/model/emotion/heard-note.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import type { Store } from './store.ts';

export const SECOND_JUDGE = 'EMOPIA-only judge';
/** The judge of this repository, run from its root. */
export const JUDGE: JudgeProgram = {
  args: ['-m', 'training.judge'],
  files: ['__main__.py', 'hearing.py', 'members.py', 'network.py', 'notes.py', 'weights.safetensors'].map(
    (file) => join('training', 'judge', file),
  ),
};

interface JudgeProgram {
  /** What the interpreter is given before the clips. */
  readonly args: readonly string[];
  /** What the answers depend on. */
  readonly files: readonly string[];
}

/** Onset, pitch, velocity and seconds to the key's release, a note. */
export type PlainNote = readonly [number, number, number, number];

const thousandth = (seconds: number): number => Math.round(1000 * seconds) / 1000;

export const plainNotes = (notes: readonly HeardNote[]): PlainNote[] =>
  notes.map(({ startSeconds, endSeconds, pitch, velocity }) => [
    thousandth(startSeconds),
    pitch,
    velocity,
    thousandth(endSeconds - startSeconds),
  ]);

interface Options {
  /** The interpreter; null where there is none to ask: what was answered before still counts. */
  readonly python: string | null;
  readonly judge: JudgeProgram;
  readonly store: Store;
  readonly signal: AbortSignal;
}

/** The judge that had no part in training or choosing (training/judge); it is asked for many clips at once. */
export class SecondJudge {
  readonly #options: Options;
  readonly #version: string;

  constructor(options: Options) {
    this.#options = options;
    const { python, judge } = options;
    requireInput(
      python === null || (/^[^-\0]/.test(python) && !python.includes('\0')),
      `--python: '${python}' is no program; name one such as python3`,
    );
    requireInput(
      python === null || existsSync(judge.files[0]),
      `there is no ${judge.files[0]}; run evaluate from the repository's root, or without --python`,
    );
    this.#version = versionOf(judge.files);
  }

  /**
   * What is heard in each clip, null in one that is too short to judge; null altogether where nobody can be asked and
   * nothing is kept.
   * @param inputs what the clips depend on
   */
  async hear(
    name: string,
    inputs: unknown,
    clips: readonly (readonly PlainNote[])[],
  ): Promise<readonly (Emotion | null)[] | null> {
    const { store, python } = this.#options;
    const key = [this.#version, inputs];
    if (python === null) return store.kept(name, key) ?? null;
    return store.keep(name, key, () => this.#ask(python, clips));
  }

  async #ask(python: string, clips: readonly (readonly PlainNote[])[]): Promise<(Emotion | null)[]> {
    const folder = mkdtempSync(join(tmpdir(), 'affetto-judge-'));
    try {
      const file = join(folder, 'clips.json');
      writeFileSync(file, JSON.stringify({ clips }));
      const answer = await this.#run(python, file);
      return readAnswer(answer, clips.length);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #run(python: string, file: string): Promise<string> {
    const { judge, signal } = this.#options;
    return new Promise((resolve, reject) => {
      const child = spawn(python, [...judge.args, '--clips', file], {
        stdio: ['ignore', 'pipe', 'pipe'],
        signal,
      });
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
              `--python: the second judge failed (${last || `exit ${code}`}); it needs what training/requirements.txt lists`,
              'failure',
            ),
          );
      });
    });
  }
}

function readAnswer(text: string, count: number): (Emotion | null)[] {
  let heard: unknown;
  try {
    heard = (JSON.parse(text) as { heard?: unknown }).heard;
  } catch {
    heard = null;
  }
  const isPoint = (point: unknown): point is [number, number] =>
    Array.isArray(point) && point.length === 2 && point.every((value) => Number.isFinite(value));
  const right =
    Array.isArray(heard) && heard.length === count && heard.every((v) => v === null || isPoint(v));
  if (!right) throw new AffettoError('--python: the second judge gave no answer that can be read', 'failure');
  return (heard as ([number, number] | null)[]).map(
    (point) => point && { valence: point[0], arousal: point[1] },
  );
}

/** Changes whenever the judge does; empty where it is not there. */
function versionOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of files) if (existsSync(path)) hash.update(readFileSync(path));
  return hash.digest('hex');
}
