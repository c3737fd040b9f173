import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeardNote } from '../../src/model/emotion/heard-note.ts';
import { AffettoError } from '../../src/model/error.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { checkPython, type PythonProgram, runPython, versionOf } from './python.ts';
import type { Store } from './store.ts';

export const SECOND_JUDGE = 'EMOPIA-only judge';
/** The judge of this repository, run from its root. */
export const JUDGE: PythonProgram = {
  name: 'the second judge',
  args: ['-m', 'training.judge'],
  files: ['__main__.py', 'hearing.py', 'members.py', 'network.py', 'notes.py', 'weights.safetensors'].map(
    (file) => join('training', 'judge', file),
  ),
};

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
  readonly judge: PythonProgram;
  readonly store: Store;
  readonly signal: AbortSignal;
}

/** The judge that had no part in training or choosing (training/judge); it is asked for many clips at once. */
export class SecondJudge {
  readonly #options: Options;
  readonly #version: string;

  constructor(options: Options) {
    this.#options = options;
    checkPython(options.python, options.judge);
    this.#version = versionOf(options.judge);
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
    const { judge, signal } = this.#options;
    const folder = mkdtempSync(join(tmpdir(), 'affetto-judge-'));
    try {
      const file = join(folder, 'clips.json');
      writeFileSync(file, JSON.stringify({ clips }));
      const answer = await runPython(python, judge, ['--clips', file], signal);
      return readAnswer(answer, clips.length);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
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
