import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wholeOf } from '../../src/cli/arguments.ts';
import type { Command, Io } from '../../src/cli/command.ts';
import { AffettoError } from '../../src/model/error.ts';
import { modelsFolder } from '../../src/services/model-files/folder.ts';
import { measureAgreement } from '../bench/agreement.ts';
import { type BenchReport, tableOf } from '../bench/report.ts';
import { benchBars, benchEngine, benchTakes, type EngineFigures } from '../bench/runs.ts';
import { benchTorch, collect } from '../bench/torch.ts';
import { benchWalk, type WalkFigures } from '../bench/walk.ts';

const LENGTHS = [8, 32, 128, 512];
const TAKES = [1, 4, 16, 64];

const USAGE = `npm run bench [-- options]

Words a second, time to the first note and memory of each engine, PyTorch on the same weights (where AFFETTO_PYTHON or
python3 has torch), the bare walk over the weights, cost against length and against takes: one table from one run.
  --model NAME      a folder under resources/models, or a path (default: affetto)
  --engines LIST    beside simd (default: tfjs-wasm)
  --json            one object instead of the table
  --agreement DIR   instead: int8 against float32 on held-out words, as \`npm run research -- dataset\` writes them (--words N: how many)`;

export const command: Command = {
  summary: 'how fast the engines are here',
  usage: USAGE,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        model: { type: 'string', default: 'affetto' },
        engines: { type: 'string', default: 'tfjs-wasm' },
        json: { type: 'boolean', default: false },
        // One measurement in a process of its own, so that memory and cold starts are its own.
        part: { type: 'string' },
        agreement: { type: 'string' },
        words: { type: 'string', default: '3000' },
      },
    });
    if (values.part !== undefined) {
      io.out(JSON.stringify(await measure(values.part, values.model)));
      return;
    }
    if (values.agreement !== undefined) {
      const words = wholeOf('--words', values.words);
      io.out(JSON.stringify(await measureAgreement(values.model, values.agreement, words), null, 2));
      return;
    }
    const others = values.engines.split(',').filter((name) => name !== '' && name !== 'simd');
    const report = await measureAll(values.model, ['simd', ...others], io);
    if (values.json) io.out(JSON.stringify(report));
    else for (const line of tableOf(report)) io.out(line);
  },
};

async function measureAll(model: string, names: readonly string[], io: Io): Promise<BenchReport> {
  const engines: Record<string, Partial<EngineFigures> & { wordsPerSecond: number }> = {};
  for (const name of names) engines[name] = (await inChild(`engine:${name}`, model, io)) as EngineFigures;
  const wordsPerBeat = engines.simd.wordsPerBeat ?? 6;
  const walk = (await inChild(`walk:${wordsPerBeat}`, model, io)) as WalkFigures;
  engines.walk = { wordsPerSecond: walk.wordsPerSecond };
  const byBars = (await inChild('bars', model, io)) as BenchReport['byBars'];
  const byTakes = (await inChild('takes', model, io)) as BenchReport['byTakes'];
  io.err('affetto: measuring PyTorch');
  const installed = join(modelsFolder(), model);
  const torch = await benchTorch(existsSync(installed) ? installed : model, wordsPerBeat);
  if (typeof torch !== 'string') {
    engines['pytorch-recurrent'] = torch.recurrent;
    engines['pytorch-recompute'] = torch.recompute;
  }
  return { model, node: process.versions.node, engines, walk, torch, byBars, byTakes };
}

async function measure(part: string, model: string): Promise<unknown> {
  const [kind, detail] = part.split(':');
  if (kind === 'engine') return benchEngine(model, detail);
  if (kind === 'walk') return benchWalk(model, Number(detail));
  if (kind === 'bars') return benchBars(model, LENGTHS);
  if (kind === 'takes') return benchTakes(model, TAKES);
  throw new AffettoError(`bench has no part '${part}'`);
}

/** Measures one part in a fresh process of this same program. */
async function inChild(part: string, model: string, io: Io): Promise<unknown> {
  io.err(
    `affetto: measuring ${part
      .split(':')
      .slice(0, part.startsWith('engine') ? 2 : 1)
      .join(' ')}`,
  );
  const args = [process.argv[1], 'bench', '--part', part, '--model', model];
  const { code, out, err } = await collect(process.execPath, args);
  if (code !== 0)
    throw new AffettoError(err.trim().replace(/^affetto: /, '') || `bench ${part} failed`, 'failure');
  return JSON.parse(out.trim().split('\n').pop() ?? '');
}
