import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseTake } from '../../src/model/choosing/choose.ts';
import { CLIP_FIGURES, type ClipFigures, clipFigures } from '../../src/model/choosing/clip-figures.ts';
import { deviation, mean, slope } from '../../src/model/emotion/statistics.ts';
import { characterOf } from '../../src/model/muser/character.ts';
import { type Character, LEANING_FILE, type LeaningFile } from '../../src/model/muser/leaning.ts';
import { createEar } from '../../src/services/inference/ear.ts';
import { modelFolder } from '../../src/services/model-files/folder.ts';
import { loadModel } from '../../src/services/model-files/load-model.ts';
import { loadRecogniser } from '../../src/services/model-files/small-model.ts';
import { excerpt, pieceOf, readSource } from '../evaluate/data.ts';
import { emotionOfQuadrant, QUADRANTS } from '../evaluate/quadrants.ts';
import { checkSignal, folderOf, type Measure, wholeNumbers } from './measure.ts';

const BARS = 8;
const SEEDS_APART = 1000;

interface Written {
  readonly figures: ClipFigures;
  /** Of the candidate that was kept. */
  readonly character: Character;
}

/**
 * For each quadrant and figure: how far takes are off real training clips, their deviation over the real one, and how many
 * real deviations a figure moves a unit of each lean. Each take's seed moves the leans by themselves (its character), so slopes
 * need no further takes; they are rough below a thousand of them.
 */
export const leaning: Measure = {
  takes: 'WORDS [takes a quadrant] [first seed] [candidates]',
  tells: 'what leaning is tuned by; WORDS holds emopia.json (dataset)',
  async run(args, io) {
    const data = folderOf(args, 'word arrays made by npm run research -- dataset');
    const [takes, firstSeed, bestOf] = wholeNumbers(args.slice(1), [250, 52_000, 4]);
    const { model, reference } = await loadModel(modelFolder('affetto'), 'simd');
    const { hear } = createEar({ recogniser: await loadRecogniser() });
    const { corners } = JSON.parse(
      readFileSync(join(modelFolder('affetto'), LEANING_FILE), 'utf8'),
    ) as LeaningFile;
    const clips = readSource(data, 'emopia').filter(({ split }) => split === 'train');

    async function written(quadrant: number, seed: number): Promise<Written> {
      checkSignal(io);
      const conditions = { emotion: emotionOfQuadrant(quadrant), bars: BARS };
      const { choice, words, piece } = await chooseTake(model, conditions, seed, {
        bestOf,
        listen: hear,
        reference,
      });
      const kept = choice ? choice.candidates[choice.winner].seed : seed;
      return { figures: clipFigures(words, piece), character: characterOf(kept) };
    }

    for (const quadrant of QUADRANTS) {
      const real = clips
        .filter((clip) => clip.quadrant === quadrant)
        .map((clip) => excerpt(clip, BARS))
        .map((cut) => clipFigures(cut.words, pieceOf(cut)));
      const made: Written[] = [];
      for (let i = 0; i < takes; i++)
        made.push(await written(quadrant, firstSeed + quadrant * SEEDS_APART + i));
      const { spread = {} } = corners[quadrant - 1];
      io.out(`Q${quadrant}: ${takes} takes, ${real.length} real clips`);
      for (const name of CLIP_FIGURES) {
        const own = made.map(({ figures }) => figures[name]);
        const theirs = real.map((figures) => figures[name]);
        const slopes = (Object.entries(spread) as [keyof Character, number][])
          .filter(([, width]) => width > 0)
          .map(([trait, width]) => {
            const moved = made.map(({ character }) => character[trait] * width);
            return `${trait} ${signed(slope(moved, own) / deviation(theirs), 2)}`;
          });
        const off = signed(100 * (mean(own) / mean(theirs) - 1), 1);
        const wide = (deviation(own) / deviation(theirs)).toFixed(2);
        io.out(`  ${name} ${off} %, deviation ${wide}; ${slopes.join(', ')}`);
      }
    }
  },
};

const signed = (value: number, digits: number): string =>
  `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;
