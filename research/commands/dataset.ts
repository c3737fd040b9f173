import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command, Io } from '../../src/cli/command.ts';
import { installedBeatTracker } from '../../src/cli/installed.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { writeSource } from '../dataset/assemble.ts';
import { Journal, type Outcome } from '../dataset/journal.ts';
import { runPool } from '../dataset/pool.ts';
import { writeReport } from '../dataset/report.ts';
import { type Job, listJobs, SOURCES, type Source } from '../dataset/sources.ts';
import { type Tally, tally } from '../dataset/tally.ts';
import { work } from '../dataset/work.ts';

const USAGE = `npm run research -- dataset [--pop1k7 DIR] [--emopia DIR] --out DIR [--workers N]

Turns the MIDI files of a data set into the word arrays that training reads, with a report.
An interrupted run goes on where it stopped.
  --pop1k7 DIR   the folder with songs.csv and midi/
  --emopia DIR   the folder with clips.csv and midi/
  --out DIR      where <source>.words.bin, <source>.json, report.json and report.md go
  --workers N    processes to share the work (2); 0 works in this one
  --limit N      only the first N files of each source`;

const wholeNumber = (text: string, name: string): number => {
  requireInput(/^\d+$/.test(text), `--${name}: '${text}' is not a whole number`);
  return Number(text);
};

export const command: Command = {
  summary: 'word arrays of EMOPIA and Pop1k7 for training',
  usage: USAGE,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        pop1k7: { type: 'string' },
        emopia: { type: 'string' },
        out: { type: 'string' },
        workers: { type: 'string', default: '2' },
        limit: { type: 'string' },
      },
    });
    const { out } = values;
    requireInput(out, 'dataset needs --out DIR; npm run research -- dataset --help tells more');
    const sources = SOURCES.filter((source) => values[source] !== undefined);
    requireInput(sources.length > 0, 'dataset needs --pop1k7 DIR or --emopia DIR (or both)');
    const workers = wholeNumber(values.workers, 'workers');
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(values.limit, 'limit');
    const lists = sources.map((source) => ({
      source,
      jobs: listJobs(source, values[source]!).slice(0, limit),
    }));
    if (sources.includes('emopia')) {
      requireInput(
        await installedBeatTracker(),
        'EMOPIA needs the beat tracker, and resources/models/beats is missing; train it first',
      );
    }
    makeFolder(out);
    const tallies: Tally[] = [];
    for (const { source, jobs } of lists) tallies.push(await build(source, jobs, out, workers, io));
    writeReport(out, tallies);
    for (const { source, used, files, words, bars } of tallies) {
      io.out(`${source}: ${used} of ${files} files, ${words} words, ${bars} bars`);
    }
  },
};

/** Works through one source and writes its arrays. */
async function build(source: Source, jobs: Job[], out: string, workers: number, io: Io): Promise<Tally> {
  const journal = new Journal(join(out, `${source}.unfinished.jsonl`));
  const waiting = jobs.filter((job) => !journal.done.has(job.id));
  const show = progress(io, source, jobs.length);
  const done = (outcome: Outcome) => {
    journal.add(outcome);
    show(journal.done.size);
  };
  if (workers > 0) await runPool(waiting, { workers, signal: io.signal, done });
  else {
    const tracker = source === 'emopia' ? await installedBeatTracker() : undefined;
    for (const job of waiting) done(work(job, tracker));
  }
  writeSource(out, source, jobs, journal.done);
  const figures = tally(source, jobs, journal.done);
  journal.remove();
  return figures;
}

/** A bar that is redrawn on a terminal, and a line every tenth of the way elsewhere. */
function progress(io: Io, source: string, total: number): (done: number) => void {
  let shown = -1;
  return (done) => {
    const parts = io.interactive ? 50 : 10;
    const step = Math.floor((parts * done) / total);
    if (step === shown) return;
    shown = step;
    if (io.interactive) {
      const line = `${source} [${'#'.repeat(step)}${' '.repeat(parts - step)}] ${done} of ${total}`;
      process.stderr.write(`\r${line}${done === total ? '\n' : ''}`);
    } else io.err(`${source}: ${done} of ${total}`);
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new AffettoError(`${path}: this folder cannot be made; choose another --out`, 'input', { cause });
  }
}
