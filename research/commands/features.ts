import { parseArgs } from 'node:util';
import type { Command, Io } from '../../src/cli/command.ts';
import { AffettoError } from '../../src/model/error.ts';
import { dumpBeats } from '../features/beat-rows.ts';
import { dumpEmopia, dumpPop1k7, dumpVgmidi } from '../features/emotion-rows.ts';
import { dumpPerformance } from '../features/performance-rows.ts';
import { dumpVoices } from '../features/voice-rows.ts';

const USAGE = `npm run research -- features (--emotion | --beats | --performance | --voices) --data DIR --out DIR
                 [--only emopia|vgmidi|pop1k7] [--copies N] [--labels DIR]

Writes the arrays that training/{recogniser,beats,performer,voices}/train.py read: float32 tables with a JSON description each.
  --emotion     what the recogniser learns from: EMOPIA, VGMIDI and windows of Pop1k7
  --beats       what the beat tracker learns from: excerpts of the train pieces of Pop1k7, POP909 and ASAP
  --performance what the performer learns from: EMOPIA's pedal and micro-timing
  --voices      what the tagger of voices learns from: the notes of POP909, EMOPIA and Pop1k7
  --labels DIR  --performance: where training/recogniser/train.py wrote its labels
  --data DIR    the folder with emopia, pop1k7, vgmidi; --beats: pop1k7, pop909, asap; --voices: pop909, emopia, pop1k7
  --out DIR     where the tables go
  --only SET    --emotion: one set instead of all three
  --copies N    varied copies: crops a clip (40), or excerpts a song (5)`;

export const command: Command = {
  summary: 'arrays for training the recogniser, the beat tracker, the performer and the tagger of voices',
  usage: USAGE,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        emotion: { type: 'boolean', default: false },
        beats: { type: 'boolean', default: false },
        performance: { type: 'boolean', default: false },
        voices: { type: 'boolean', default: false },
        labels: { type: 'string' },
        data: { type: 'string' },
        out: { type: 'string' },
        only: { type: 'string' },
        copies: { type: 'string' },
      },
    });
    const { data, out, only, labels } = values;
    const kinds = [values.emotion, values.beats, values.performance, values.voices].filter(Boolean).length;
    if (kinds !== 1 || !data || !out)
      throw new AffettoError(
        'features needs --emotion, --beats, --performance or --voices, --data and --out; see npm run research -- features --help',
      );
    if (only !== undefined && !['emopia', 'vgmidi', 'pop1k7'].includes(only))
      throw new AffettoError(`--only ${only}: the sets are emopia, vgmidi and pop1k7`);
    const copies = Number(values.copies ?? (values.beats ? 5 : 40));
    if (!Number.isInteger(copies) || copies < 0) throw new AffettoError('--copies: a whole number from 0');
    const progress = progressLine(io);
    if (values.voices) return dumpVoices(data, out, progress);
    if (values.beats) return dumpBeats(data, out, copies, progress);
    if (values.performance) {
      if (!labels)
        throw new AffettoError('--performance needs --labels; see npm run research -- features --help');
      return dumpPerformance(data, out, labels, progress);
    }
    if (!only || only === 'emopia') dumpEmopia(data, out, copies, progress);
    if (!only || only === 'vgmidi') dumpVgmidi(data, out, copies / 2, progress);
    if (!only || only === 'pop1k7') dumpPop1k7(data, out, progress);
  },
};

/** A line every twentieth of the way. */
function progressLine(io: Io) {
  let shown = -1;
  return (done: number, total: number, what: string) => {
    const step = Math.floor((20 * done) / total);
    if (step !== shown) io.err(`${what}: ${done} of ${total}`);
    shown = step;
  };
}
