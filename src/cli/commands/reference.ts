import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CopyIndex } from '../../model/choosing/copy-index.ts';
import { CHOOSING_FILE, RUNS_FILE } from '../../model/choosing/reference.ts';
import { AffettoError, requireInput } from '../../model/error.ts';
import { LEANING_FILE, Leaning, type LeaningFile } from '../../model/muser/leaning.ts';
import { Muser } from '../../model/muser/muser.ts';
import type { Command } from '../command.ts';
import { readSource } from '../evaluate/data.ts';
import { writeOutput } from '../files.ts';
import { loadPlain, MODEL_OPTIONS, MODEL_USAGE } from '../model.ts';
import { codeAxes } from '../reference/code-axes.ts';
import { realCorners } from '../reference/real-corners.ts';

const TAKES = 24;

const USAGE = `affetto reference --data DIR --leans FILE --out DIR

What a model's takes are held against, made of its training data, for its folder:
  ${LEANING_FILE}         what its codes stand for, and which of them to lean to for an emotion
  ${CHOOSING_FILE}        figures of real clips, and how likely the model finds its own takes
  ${RUNS_FILE}   hashes of the training clips' runs of notes, by which a copy is known

  --data DIR        word arrays made by affetto dataset (DIR or DIR/emopia, DIR/pop1k7)
  --leans FILE      how strongly to lean at each quadrant's point, and how to bend what is asked (training/configs/affetto-leaning.json)
  --out DIR         the model's folder, or another
${MODEL_USAGE}`;

export const command: Command = {
  summary: 'what takes are chosen by: real figures, code meanings, runs of the training clips',
  usage: USAGE,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        leans: { type: 'string' },
        out: { type: 'string' },
        ...MODEL_OPTIONS,
      },
    });
    const { data, leans, out } = values;
    requireInput(
      data && leans && out,
      'reference needs --data, --leans and --out; see affetto reference --help',
    );
    const leaned = readLeans(leans);
    const emopia = readSource(data, 'emopia').filter((clip) => clip.split === 'train');
    requireInput(emopia.length > 0, `${data} holds no emopia.json; make it with affetto dataset`);
    const training = [...emopia, ...readSource(data, 'pop1k7').filter((clip) => clip.split === 'train')];
    const pieces = training.map((clip) => clip.words);
    const plain = await loadPlain(values);
    const { books, codeRate } = plain.config;
    requireInput(codeRate === 'beat', `${values.model} has a code a word; only models of beats lean`);
    const axes = await codeAxes(plain, pieces, (done) => {
      if (done % 500 === 0) io.err(`codes of ${done} of ${pieces.length} pieces`);
    });
    const leaning: LeaningFile = { axes, ...leaned };
    const muser = new Muser(plain.weights, plain.engine, new Leaning(leaning, books));
    const choosing = await realCorners(muser, emopia, TAKES);
    const runs = CopyIndex.of(pieces);
    const bytes = runs.write();
    await writeOutput(join(out, LEANING_FILE), json(leaning));
    await writeOutput(join(out, CHOOSING_FILE), json(choosing));
    await writeOutput(join(out, RUNS_FILE), bytes);
    io.out(`${RUNS_FILE}: ${runs.size} runs of ${pieces.length} pieces, ${bytes.length} bytes`);
  },
};

function readLeans(path: string): Omit<LeaningFile, 'axes'> {
  requireInput(existsSync(path), `--leans: there is no file ${path}`);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Omit<LeaningFile, 'axes'>;
  } catch (cause) {
    throw new AffettoError(`--leans: ${path} is not JSON`, 'input', { cause });
  }
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
