import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { writeOutput } from '../../src/cli/files.ts';
import { loadRecogniser } from '../../src/cli/hearing.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { loadPerformer } from '../../src/services/model-files/small-model.ts';
import { type Measure, rounded } from './measure.ts';
import { measurePerformance } from './performance.ts';
import { fillPerformance } from './performance-tables.ts';
import { trainedFigures } from './trained-figures.ts';

export const playing: Measure = {
  takes: '--data DIR --labels DIR [--write docs/model.md]',
  tells:
    "EMOPIA's held-out clips played anew from their words, against how they were played; may fill the document's tables",
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, labels: { type: 'string' }, write: { type: 'string' } },
    });
    const { data, labels, write } = values;
    requireInput(
      data && labels,
      'measure performance needs --data DIR, the folder with emopia, and --labels DIR, what the recogniser wrote',
    );
    const performer = await loadPerformer();
    if (!performer)
      throw new AffettoError('resources/models/performer is missing; train the performer first');
    const template = write === undefined ? null : await readFile(write, 'utf8');
    const figures = await measurePerformance(
      performer,
      await loadRecogniser(io.err),
      data,
      labels,
      (done, total) => {
        if (done % 20 === 0) io.err(`${done} of ${total} clips`);
      },
    );
    io.out(rounded(figures));
    if (write === undefined || template === null) return;
    await writeOutput(
      write,
      new TextEncoder().encode(fillPerformance(template, figures, await trainedFigures())),
    );
  },
};
