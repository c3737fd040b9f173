import { parseArgs } from 'node:util';
import { wholeOf } from '../../src/cli/arguments.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { loadBeatTracker } from '../../src/services/model-files/small-model.ts';
import { measureBeats } from './beats.ts';
import { type Measure, rounded } from './measure.ts';

export const beats: Measure = {
  takes: '--data DIR [--excerpts N]',
  tells:
    "beats found in Pop1k7's val songs from the notes alone, against the files' own tempo maps (or in N stretches of 35 s a song)",
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, excerpts: { type: 'string', default: '0' } },
    });
    requireInput(values.data, 'measure beats needs --data DIR, the folder with pop1k7');
    const excerpts = wholeOf('--excerpts', values.excerpts);
    requireInput(excerpts >= 0, '--excerpts: a whole number from 0');
    const tracker = await loadBeatTracker();
    if (!tracker) throw new AffettoError('resources/models/beats is missing; train the beat tracker first');
    const figures = measureBeats(tracker, values.data, excerpts, (done, total) => {
      if (done % 10 === 0) io.err(`${done} of ${total} songs`);
    });
    io.out(rounded(figures));
  },
};
