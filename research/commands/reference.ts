import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '../../src/cli/command.ts';
import { writeOutput } from '../../src/cli/files.ts';
import { loadPlainMuser, MODEL_OPTIONS, MODEL_USAGE } from '../../src/cli/model.ts';
import { CopyIndex } from '../../src/model/choosing/copy-index.ts';
import { CHOOSING_FILE, RUNS_FILE } from '../../src/model/choosing/reference.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { LEANING_FILE, Leaning, type LeaningFile } from '../../src/model/muser/leaning.ts';
import { Muser } from '../../src/model/muser/muser.ts';
import { readSource } from '../evaluate/data.ts';
import { writeChecksums } from '../reference/checksums.ts';
import { codeAxes } from '../reference/code-axes.ts';
import { realCorners } from '../reference/real-corners.ts';

const TAKES = 24;

const USAGE = `npm run research -- reference --data DIR --leans FILE --out DIR

What a model's takes are held against, made of its training data, for its folder:
  ${LEANING_FILE}         what its codes stand for, and which of them to lean to for an emotion
  ${CHOOSING_FILE}        figures of real clips, and how likely the model finds its own takes
  ${RUNS_FILE}   hashes of the training clips' runs of notes, by which a copy is known

  --data DIR        word arrays made by npm run research -- dataset (DIR or DIR/emopia, DIR/pop1k7)
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
      'reference needs --data, --leans and --out; see npm run research -- reference --help',
    );
    const leaned = readLeans(leans);
    const emopia = readSource(data, 'emopia').filter((clip) => clip.split === 'train');
    requireInput(emopia.length > 0, `${data} holds no emopia.json; make it with npm run research -- dataset`);
    const training = [...emopia, ...readSource(data, 'pop1k7').filter((clip) => clip.split === 'train')];
    const pieces = training.map((clip) => clip.words);
    const plain = await loadPlainMuser(values);
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
    await writeChecksums(out);
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
