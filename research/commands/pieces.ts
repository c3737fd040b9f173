import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '../../src/cli/command.ts';
import { loadHearing } from '../../src/cli/hearing.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { readPiece } from '../pieces/read-piece.ts';
import { listPieces, SOURCES } from '../pieces/sources.ts';

const USAGE = `npm run research -- pieces [--emopia DIR] [--pop1k7 DIR] [--pop909 DIR] --out DIR [--limit N]

Reads the MIDI files of data sets as the app would (grid, chords, voices, emotion bar by bar) and writes <source>.jsonl, a piece a
line, for training/generator. An interrupted run goes on where it stopped.
  --limit N   only the first N files of each source`;

export const command: Command = {
  summary: 'pieces of EMOPIA, Pop1k7 and POP909 for training the generator',
  usage: USAGE,
  async run(args, io) {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: { emopia: text, pop1k7: text, pop909: text, out: text, limit: text },
    });
    const { out, limit } = values;
    requireInput(out, 'pieces needs --out DIR; npm run research -- pieces --help tells more');
    requireInput(limit === undefined || /^\d+$/.test(limit), `--limit: '${limit}' is not a whole number`);
    const sources = SOURCES.filter((source) => values[source] !== undefined);
    requireInput(sources.length > 0, 'pieces needs --emopia DIR, --pop1k7 DIR or --pop909 DIR');
    const { beatTracker, voiceTagger, recognise } = await loadHearing(io.err);
    if (!beatTracker || !voiceTagger || !recognise)
      throw new AffettoError('pieces needs the models beats, voices and recogniser under resources/models');
    mkdirSync(out, { recursive: true });
    for (const source of sources) {
      const jobs = listPieces(source, values[source]!).slice(0, limit ? Number(limit) : undefined);
      const part = join(out, `${source}.unfinished.jsonl`);
      const done = finished(part);
      let dropped = 0;
      for (const [i, job] of jobs.entries()) {
        if (io.signal.aborted)
          throw new AffettoError('stopped; the same command goes on from here', 'failure');
        if (i % 100 === 0) io.err(`${source}: ${i} of ${jobs.length}`);
        if (done.has(job.id)) continue;
        try {
          requireInput(existsSync(job.path), `${job.path}: no such file`);
          const piece = readPiece(readFileSync(job.path), job, source, {
            beatTracker,
            voiceTagger,
            recognise,
          });
          appendFileSync(part, `${JSON.stringify(piece)}\n`);
        } catch (error) {
          if (!(error instanceof AffettoError)) throw error;
          dropped++;
          io.err(error.message);
        }
      }
      renameSync(part, join(out, `${source}.jsonl`));
      io.out(`${source}: ${jobs.length - dropped} of ${jobs.length} files`);
    }
  },
};

/** Ids of the pieces that an interrupted run has written; a last line that was cut short is forgotten. */
function finished(path: string): Set<string> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text.slice(0, text.lastIndexOf('\n') + 1);
  writeFileSync(path, lines);
  return new Set(
    lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { id: string }).id),
  );
}
