// How a moving emotion is heard: node scripts/measure-path.mjs [takes] [best of] [first seed]
// 16 bars along a path; each quarter of four bars is heard by itself. The recogniser that listens is the one that chooses.
import { bundledParts } from './bundle-parts.mjs';

const [takes, bestOf, firstSeed] = [12, 4, 95_000].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const BARS = 16;
const QUARTER = 4;
const PATHS = {
  'quiet to wild': [
    [0, -0.7],
    [0, 0.7],
  ],
  'sad to happy': [
    [-0.6, -0.4],
    [0.6, 0.4],
  ],
  'calm to tense': [
    [0.5, -0.5],
    [-0.5, 0.6],
  ],
};

const PARTS = {
  'services/inference/load-model': 'loadModel',
  'services/inference/ear': 'createEar',
  'model/choosing/choose': 'chooseTake',
  'model/music/cut-piece': 'cutPiece',
};
const { loadModel, createEar, chooseTake, cutPiece } = await bundledParts('measure-path-model', PARTS);
const { muser, reference } = await loadModel('affetto', 'simd');
const { hear } = await createEar();

const between = ([v0, a0], [v1, a1], bar) => ({
  valence: v0 + ((v1 - v0) * bar) / (BARS - 1),
  arousal: a0 + ((a1 - a0) * bar) / (BARS - 1),
});
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const show = (values) => values.map((value) => value.toFixed(2).padStart(5)).join(' ');

for (const [name, [from, to]] of Object.entries(PATHS)) {
  const emotion = Array.from({ length: BARS }, (_, bar) => between(from, to, bar));
  const heard = Array.from({ length: BARS / QUARTER }, () => []);
  for (let i = 0; i < takes; i++) {
    const options = { bestOf, listen: hear, reference };
    const { piece } = await chooseTake(muser, { emotion, bars: BARS }, firstSeed + i, options);
    heard.forEach((list, quarter) => {
      const part = hear(cutPiece(piece, quarter * QUARTER, (quarter + 1) * QUARTER));
      if (part) list.push(part.emotion);
    });
  }
  const asked = heard.map((_, quarter) => emotion.slice(quarter * QUARTER, (quarter + 1) * QUARTER));
  for (const of of ['valence', 'arousal'])
    console.log(
      `${name}: ${of} asked ${show(asked.map((bars) => mean(bars.map((e) => e[of]))))}, ` +
        `heard ${show(heard.map((list) => mean(list.map((e) => e[of]))))}`,
    );
}
