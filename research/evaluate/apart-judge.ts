import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { checkPython, type PythonProgram, runPython, versionOf } from './python.ts';

const GROUPS = ['dynamics', 'harmony', 'line', 'rhythm', 'structure', 'surface', 'texture'] as const;
/** What the trees judge by: every figure, or those of one group. */
export const TREES = ['all', ...GROUPS] as const;
type Tree = (typeof TREES)[number];

/** Area under the curve, .5 where clips cannot be told from real ones, and its standard error. */
export interface Area {
  readonly auc: number;
  readonly se: number;
}

/** How surely clips are told from real ones. */
export interface Apart {
  readonly trees: Readonly<Record<Tree, Area>>;
  readonly network: Area;
  readonly clips: { readonly real: number; readonly made: number };
}

/** training/told_apart, run from the root of this repository. */
const TOLD_APART: PythonProgram = {
  name: 'the judge of told apart',
  args: ['-m', 'training.told_apart'],
  files: ['__main__', 'clip', 'clips', 'folds', 'network', 'statistics', 'trees', 'groups/__init__']
    .concat(GROUPS.map((group) => `groups/${group}`))
    .map((file) => join('training', 'told_apart', `${file}.py`)),
};

/** Judges that learn to tell the clips of a folder from real ones, of songs that they have not learnt from. */
export class ApartJudge {
  readonly #python: string;
  readonly #table: string;
  readonly #program: PythonProgram;
  /** Changes whenever the judges or the list of real clips do. */
  readonly version: string;

  /** @param emopia the folder with clips.csv and midi/ */
  constructor(python: string, emopia: string, program: PythonProgram = TOLD_APART) {
    checkPython(python, program);
    this.#python = python;
    this.#program = program;
    this.#table = join(emopia, 'clips.csv');
    requireInput(
      existsSync(this.#table) && existsSync(join(emopia, 'midi')),
      `--real: ${emopia} holds no clips.csv beside a folder midi; name the folder of EMOPIA's clips`,
    );
    const table = createHash('sha256').update(readFileSync(this.#table)).digest('hex');
    this.version = `${versionOf(program)} ${table}`;
  }

  /** @returns how surely the files of `folder` are told from real ones */
  async tell(folder: string, signal: AbortSignal): Promise<Apart> {
    return (await this.#ask(folder, ['--no-floor'], signal)).made;
  }

  /** The same, and the floor: how surely real clips are told from real clips of other songs. */
  async tellWithFloor(folder: string, signal: AbortSignal): Promise<{ made: Apart; floor: Apart }> {
    const { made, floor } = await this.#ask(folder, [], signal);
    if (!floor) throw unreadable();
    return { made, floor };
  }

  async #ask(folder: string, more: readonly string[], signal: AbortSignal) {
    const args = ['--real', this.#table, '--made', folder, ...more];
    return readAnswer(await runPython(this.#python, this.#program, args, signal));
  }
}

const unreadable = () =>
  new AffettoError('--python: the judge of told apart gave no answer that can be read', 'failure');

function readAnswer(text: string): { made: Apart; floor: Apart | null } {
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw unreadable();
  }
  const clips = answer.clips as Apart['clips'] | undefined;
  if (!Number.isInteger(clips?.real) || !Number.isInteger(clips?.made)) throw unreadable();
  const apart = (found: unknown): Apart => {
    const { trees, network } = (found ?? {}) as Partial<Apart>;
    if (!isArea(network) || !TREES.every((tree) => isArea(trees?.[tree]))) throw unreadable();
    return { trees: trees!, network, clips: clips! };
  };
  return { made: apart(answer['told apart']), floor: answer.floor ? apart(answer.floor) : null };
}

const isArea = (area: unknown): area is Area => {
  const { auc, se } = (area ?? {}) as Partial<Area>;
  return Number.isFinite(auc) && Number.isFinite(se);
};
