import { emotionOfQuadrant, QUADRANT_NAMES } from '../../src/cli/arguments.ts';
import { ENDINGS } from '../../src/model/muser/conditions.ts';
import { generate } from '../../src/model/muser/generate.ts';
import { notesInBars } from '../../src/model/music/cut-piece.ts';
import { modelFolder } from '../../src/services/model-files/folder.ts';
import { loadMuser } from '../../src/services/model-files/load-muser.ts';
import { type Measure, wholeNumbers } from './measure.ts';

const BARS = 8;
const SEEDS_APART = 100;

/** Notes in each of the last four bars over those of a bar of the first four, for every way of ending. */
export const endings: Measure = {
  takes: '[takes a quadrant] [first seed]',
  tells: 'how music of eight bars ends',
  async run(args, io) {
    const [takes, firstSeed] = wholeNumbers(args, [40, 5100]);
    const { model: muser } = await loadMuser(modelFolder('affetto'), 'simd');
    for (const ending of ENDINGS) {
      const notes = new Array<number>(BARS).fill(0);
      for (const [i, quadrant] of QUADRANT_NAMES.entries()) {
        const conditions = { emotion: emotionOfQuadrant(quadrant), bars: BARS, ending };
        const options = { takes, seed: firstSeed + SEEDS_APART * i, signal: io.signal };
        for (const { piece } of await generate(muser, conditions, options))
          for (let bar = 0; bar < BARS; bar++) notes[bar] += notesInBars(piece, bar, bar + 1).length;
      }
      const before = notes.slice(0, 4).reduce((sum, count) => sum + count, 0) / 4;
      const shares = notes.slice(4).map((count) => (count / before).toFixed(2));
      io.out(`${ending}: ${shares.join(' ')}`);
    }
  },
};
