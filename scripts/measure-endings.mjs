// How music of eight bars ends: node scripts/measure-endings.mjs [takes a quadrant] [first seed]
// Notes in each of the last four bars over those of a bar of the first four, for every way of ending.
import { bundledParts } from './bundle-parts.mjs';

const [takes, firstSeed] = [40, 5100].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const BARS = 8;
const PARTS = {
  'services/inference/load-model': 'loadModel',
  'model/muser/generate': 'generate',
  'model/muser/conditions': 'ENDINGS',
  'model/music/cut-piece': 'notesInBars',
  'cli/arguments': 'QUADRANT_NAMES, emotionOfQuadrant',
};
const { loadModel, generate, ENDINGS, notesInBars, QUADRANT_NAMES, emotionOfQuadrant } = await bundledParts(
  'measure-endings-model',
  PARTS,
);
const { muser } = await loadModel('affetto', 'simd');
for (const ending of ENDINGS) {
  const notes = new Array(BARS).fill(0);
  for (const [i, quadrant] of QUADRANT_NAMES.entries()) {
    const conditions = { emotion: emotionOfQuadrant(quadrant), bars: BARS, ending };
    for (const { piece } of await generate(muser, conditions, { takes, seed: firstSeed + 100 * i }))
      for (let bar = 0; bar < BARS; bar++) notes[bar] += notesInBars(piece, bar, bar + 1).length;
  }
  const before = notes.slice(0, 4).reduce((sum, count) => sum + count, 0) / 4;
  console.log(
    `${ending}: ${notes
      .slice(4)
      .map((count) => (count / before).toFixed(2))
      .join(' ')}`,
  );
}
