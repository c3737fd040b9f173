// What leaning is tuned by: node scripts/measure-leaning.mjs DATA [takes a quadrant] [first seed] [candidates]
// DATA holds emopia.json (npm run research -- dataset). For each quadrant and figure: how far takes are off real training clips, their
// deviation over the real one, and how many real deviations a figure moves a unit of each lean. Each take's seed moves the
// leans by themselves (its character), so slopes need no further takes; they are rough below a thousand of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledParts } from './bundle-parts.mjs';

const data = process.argv[2];
if (!data) {
  console.error('measure-leaning needs DATA, word arrays made by npm run research -- dataset');
  process.exit(2);
}
const [takes, firstSeed, bestOf] = [250, 52_000, 4].map((usual, i) => Number(process.argv[3 + i] ?? usual));
const BARS = 8;
const SEEDS_APART = 1000;

const {
  loadModel,
  modelsFolder,
  createEar,
  chooseTake,
  clipFigures,
  CLIP_FIGURES,
  characterOf,
  readSource,
  excerpt,
  pieceOf,
  emotionOfQuadrant,
  mean,
  deviation,
  slope,
} = await bundledParts('measure-leaning', {
  'services/inference/load-model': 'loadModel, modelsFolder',
  'services/inference/ear': 'createEar',
  'model/choosing/choose': 'chooseTake',
  'model/evaluation/clip-figures': 'clipFigures, CLIP_FIGURES',
  'model/muser/character': 'characterOf',
  'cli/evaluate/data': 'readSource, excerpt, pieceOf',
  'cli/evaluate/quadrants': 'emotionOfQuadrant',
  'model/emotion/statistics': 'mean, deviation, slope',
});

const { muser, reference } = await loadModel('affetto', 'simd');
const { hear } = await createEar();
const { corners } = JSON.parse(readFileSync(join(modelsFolder(), 'affetto', 'leaning.json'), 'utf8'));
const clips = readSource(data, 'emopia').filter(({ split }) => split === 'train');

for (const quadrant of [1, 2, 3, 4]) {
  const real = clips
    .filter((clip) => clip.quadrant === quadrant)
    .map((clip) => excerpt(clip, BARS))
    .map((cut) => clipFigures(cut.words, pieceOf(cut)));
  const made = [];
  for (let i = 0; i < takes; i++) made.push(await written(quadrant, firstSeed + quadrant * SEEDS_APART + i));
  const { spread = {} } = corners[quadrant - 1];
  console.log(`Q${quadrant}: ${takes} takes, ${real.length} real clips`);
  for (const name of CLIP_FIGURES) {
    const [own, theirs] = [made.map(({ figures }) => figures[name]), real.map((figures) => figures[name])];
    const slopes = Object.entries(spread)
      .filter(([, width]) => width > 0)
      .map(([trait, width]) => {
        const moved = made.map(({ character }) => character[trait] * width);
        return `${trait} ${signed(slope(moved, own) / deviation(theirs), 2)}`;
      });
    const off = signed(100 * (mean(own) / mean(theirs) - 1), 1);
    console.log(
      `  ${name} ${off} %, deviation ${(deviation(own) / deviation(theirs)).toFixed(2)}; ${slopes.join(', ')}`,
    );
  }
}

/** A chosen take: its figures, and the character of the candidate that was kept. */
async function written(quadrant, seed) {
  const options = { bestOf, listen: hear, reference };
  const take = await chooseTake(muser, { emotion: emotionOfQuadrant(quadrant), bars: BARS }, seed, options);
  const kept = take.choice ? take.choice.candidates[take.choice.winner].seed : seed;
  return { figures: clipFigures(take.words, take.piece), character: characterOf(kept) };
}

function signed(value, digits) {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;
}
