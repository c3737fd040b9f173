import { parseArgs } from 'node:util';
import { wholeOf } from '../../src/cli/arguments.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { loadBeatTracker } from '../../src/services/model-files/small-model.ts';
import { BEAT_SETS } from '../features/beat-sets.ts';
import { measureBeats } from './beats.ts';
import { type Measure, rounded } from './measure.ts';

export const beats: Measure = {
  takes: '--data DIR [--set pop1k7|pop909|asap] [--every N] [--excerpts N] [--model DIR]',
  tells:
    "beats found in held-out pieces from the notes alone, against those of Pop1k7's tempo maps, POP909's corrected files or ASAP's annotations (or in N stretches of 35 s a piece); of every Nth piece",
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        set: { type: 'string', default: 'pop1k7' },
        every: { type: 'string', default: '1' },
        excerpts: { type: 'string', default: '0' },
        model: { type: 'string' },
      },
    });
    requireInput(values.data, 'measure beats needs --data DIR, the folder with pop1k7, pop909 or asap');
    const set = BEAT_SETS.find((one) => one === values.set);
    requireInput(set, `--set is one of ${BEAT_SETS.join(', ')}`);
    const every = wholeOf('--every', values.every);
    requireInput(every >= 1, '--every: a whole number from 1');
    const excerpts = wholeOf('--excerpts', values.excerpts);
    requireInput(excerpts >= 0, '--excerpts: a whole number from 0');
    const tracker = await loadBeatTracker(values.model);
    if (!tracker) throw new AffettoError('resources/models/beats is missing; train the beat tracker first');
    const figures = measureBeats(tracker, values.data, { set, every, excerpts }, (done, total) => {
      if (done % 10 === 0) io.err(`${done} of ${total} pieces`);
    });
    io.out(rounded(figures));
  },
};
