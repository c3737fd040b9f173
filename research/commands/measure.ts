import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadBeatTracker } from '../../src/cli/beat-tracker.ts';
import type { Command, Io } from '../../src/cli/command.ts';
import { writeOutput } from '../../src/cli/files.ts';
import { loadRecogniser } from '../../src/cli/hearing.ts';
import { loadPerformer, trainedFigures } from '../../src/cli/touch-options.ts';
import { AffettoError } from '../../src/model/error.ts';
import { measureBeats } from '../features/measure-beats.ts';
import { measurePerformance } from '../features/measure-performance.ts';
import { fillPerformance } from '../features/performance-tables.ts';

const USAGE = `npm run research -- measure beats --data DIR [--excerpts N]
npm run research -- measure performance --data DIR --labels DIR [--write docs/model.md]

beats: beats found in Pop1k7's val songs from the notes alone, against the files' own tempo maps; JSON on stdout.
performance: EMOPIA's held-out clips played anew from their words, against how they were played; JSON on stdout.
  --data DIR      the folder with pop1k7, emopia
  --excerpts N    beats: N random stretches of 35 s a song instead of whole songs
  --labels DIR    performance: what training/recogniser/train.py wrote
  --write FILE    performance: replaces the tables in this document`;

export const command: Command = {
  summary: 'figures of the beat tracker and the performer',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        excerpts: { type: 'string', default: '0' },
        labels: { type: 'string' },
        write: { type: 'string' },
      },
      allowPositionals: true,
    });
    const [what] = positionals;
    if (positionals.length !== 1 || (what !== 'beats' && what !== 'performance') || !values.data)
      throw new AffettoError(
        "measure needs 'beats' or 'performance', and --data DIR; see npm run research -- measure --help",
      );
    if (what === 'performance') return measurePlaying(values.data, values, io);
    const excerpts = Number(values.excerpts);
    if (!Number.isInteger(excerpts) || excerpts < 0)
      throw new AffettoError('--excerpts: a whole number from 0');
    const tracker = loadBeatTracker();
    if (!tracker) throw new AffettoError('resources/models/beats is missing; train the beat tracker first');
    const figures = measureBeats(tracker, values.data, excerpts, (done, total) => {
      if (done % 10 === 0) io.err(`${done} of ${total} songs`);
    });
    io.out(rounded(figures));
  },
};

async function measurePlaying(
  data: string,
  { labels, write }: { labels?: string; write?: string },
  io: Io,
): Promise<void> {
  if (!labels)
    throw new AffettoError('measure performance needs --labels DIR; see npm run research -- measure --help');
  const performer = loadPerformer();
  if (!performer) throw new AffettoError('resources/models/performer is missing; train the performer first');
  const template = write === undefined ? null : await readFile(write, 'utf8');
  const figures = measurePerformance(performer, loadRecogniser(), data, labels, (done, total) => {
    if (done % 20 === 0) io.err(`${done} of ${total} clips`);
  });
  io.out(rounded(figures));
  if (write !== undefined && template !== null)
    await writeOutput(write, new TextEncoder().encode(fillPerformance(template, figures, trainedFigures())));
}

const rounded = (figures: object): string =>
  JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value));
