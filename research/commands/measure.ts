import type { Command } from '../../src/cli/command.ts';
import { AffettoError } from '../../src/model/error.ts';
import { beats } from '../measures/beats-command.ts';
import { chords } from '../measures/chords.ts';
import { endings } from '../measures/endings.ts';
import { files } from '../measures/files.ts';
import { leaning } from '../measures/leaning.ts';
import { live } from '../measures/live.ts';
import type { Measure } from '../measures/measure.ts';
import { pace } from '../measures/pace.ts';
import { path } from '../measures/path.ts';
import { playing } from '../measures/performance-command.ts';
import { renewal } from '../measures/renewal.ts';

const MEASURES: Readonly<Record<string, Measure>> = {
  beats,
  chords,
  endings,
  files,
  leaning,
  live,
  pace,
  path,
  performance: playing,
  renewal,
};

const USAGE = `npm run research -- measure WHAT …

${Object.entries(MEASURES)
  .map(([name, { takes, tells }]) => `  ${name} ${takes}\n      ${tells}`)
  .join('\n')}

How the window draws is measured by npm run measure:window.`;

export const command: Command = {
  summary: 'figures of one thing: beats, chords, endings, live music …',
  usage: USAGE,
  async run([name, ...args], io) {
    if (name === undefined || !Object.hasOwn(MEASURES, name))
      throw new AffettoError(
        `measure needs one of ${Object.keys(MEASURES).join(', ')}; see npm run research -- measure --help`,
      );
    await MEASURES[name].run(args, io);
  },
};
