import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBestOf, MOST_BEST_OF, USUAL_BEST_OF } from '../../model/choosing/best-of.ts';
import { checkConditions } from '../../model/muser/conditions.ts';
import { keyName } from '../../model/music/names.ts';
import { emotionOfQuadrant, QUADRANT_NAMES, wholeOf } from '../arguments.ts';
import type { Command } from '../command.ts';
import { checkOutput, generateTimed, saveTake, type TakeReport } from '../generation.ts';
import { loadRecogniser } from '../hearing.ts';
import { loadComposer, MODEL_OPTIONS, MODEL_USAGE } from '../model.ts';

const MOODS: Readonly<Record<string, string>> = { Q1: 'happy', Q2: 'tense', Q3: 'sad', Q4: 'calm' };

const USAGE = `affetto demo [--out FOLDER] [--bars N] [--seed N]

Four pieces, one for each quadrant of emotion, and a table of what was made.
  --out FOLDER      default: affetto-demo, here
  --bars N          default: 16
  --seed N          default: 1
  --best-of K       candidates that each piece is chosen from, 1 to ${MOST_BEST_OF} (default: ${USUAL_BEST_OF})
${MODEL_USAGE}`;

export const command: Command = {
  summary: 'four pieces that carry four emotions',
  usage: USAGE,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', default: 'affetto-demo' },
        bars: { type: 'string', default: '16' },
        seed: { type: 'string', default: '1' },
        'best-of': { type: 'string', default: String(USUAL_BEST_OF) },
        ...MODEL_OPTIONS,
      },
    });
    const bars = wholeOf('--bars', values.bars);
    const seed = wholeOf('--seed', values.seed);
    checkConditions({ emotion: emotionOfQuadrant('Q1'), bars });
    checkOutput(values.out);
    const bestOf = wholeOf('--best-of', values['best-of']);
    checkBestOf(bestOf);
    const composer = await loadComposer(values);
    const hearing = await loadRecogniser(io.err);
    io.out(row('', 'file', 'key', 'bpm', 'bars', 'notes', 'asked', 'heard', 'words/s'));
    for (const quadrant of QUADRANT_NAMES) {
      const conditions = { emotion: emotionOfQuadrant(quadrant), bars };
      const { takes, ...timed } = await generateTimed(
        composer,
        conditions,
        { takes: 1, seed, bestOf },
        hearing,
        io,
      );
      const file = join(values.out, `${quadrant.toLowerCase()}-${MOODS[quadrant]}.mid`);
      const report = await saveTake(file, takes[0], {
        conditions,
        timed,
        engine: composer.model.engine.name,
        hearing,
      });
      const { piece } = takes[0];
      const bpm = Math.round(piece.tempos[0].bpm);
      io.out(
        row(
          `${quadrant} ${MOODS[quadrant]}`,
          file,
          keyName(piece.key),
          `${bpm}`,
          `${report.bars}`,
          `${report.notes}`,
          point(report.asked),
          point(report.heard),
          `${report.wordsPerSecond}`,
        ),
      );
    }
    io.out('');
    io.out('Each is valence, arousal. Open the files in any DAW or player.');
  },
};

const WIDTHS = [9, 30, 9, 5, 6, 7, 13, 13, 8];
const row = (...cells: string[]): string =>
  cells
    .map((cell, i) => cell.padEnd(WIDTHS[i]))
    .join(' ')
    .trimEnd();

const point = (emotion: TakeReport['heard']): string =>
  emotion ? `${emotion.valence.toFixed(2)}, ${emotion.arousal.toFixed(2)}` : '-';
