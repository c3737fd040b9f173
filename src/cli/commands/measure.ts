import { parseArgs } from 'node:util';
import { AffettoError } from '../../model/error.ts';
import type { Command } from '../command.ts';
import { loadBeatTracker } from '../dataset/beat-tracker.ts';
import { measureBeats } from '../features/measure-beats.ts';

const USAGE = `affetto measure beats --data DIR [--excerpts N]

Beats found in Pop1k7's val songs from the notes alone, against the files' own tempo maps; JSON on stdout.
  --data DIR      the folder with pop1k7
  --excerpts N    N random stretches of 35 s a song instead of whole songs`;

export const command: Command = {
  summary: 'figures of the beat tracker',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, excerpts: { type: 'string', default: '0' } },
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== 'beats' || !values.data)
      throw new AffettoError("measure needs 'beats' and --data DIR; see affetto measure --help");
    const excerpts = Number(values.excerpts);
    if (!Number.isInteger(excerpts) || excerpts < 0)
      throw new AffettoError('--excerpts: a whole number from 0');
    const tracker = loadBeatTracker();
    if (!tracker) throw new AffettoError('resources/models/beats is missing; train the beat tracker first');
    const figures = measureBeats(tracker, values.data, excerpts, (done, total) => {
      if (done % 10 === 0) io.err(`${done} of ${total} songs`);
    });
    io.out(
      JSON.stringify(figures, (_, value) =>
        typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
      ),
    );
  },
};
