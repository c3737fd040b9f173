// How music without an end is heard, of which nothing is chosen: node scripts/measure-live.mjs [pieces] [first seed]
// Eight bars at each quadrant's point. The recogniser that listens is the one that chooses takes elsewhere.
import { bundledParts } from './bundle-parts.mjs';

const [pieces, firstSeed] = [60, 70_000].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const BARS = 8;

const PARTS = {
  'services/inference/load-model': 'loadModel',
  'services/inference/ear': 'createEar',
  'model/muser/conditions': 'chooseKey, planTake',
  'model/muser/generate': 'joinWords',
  'model/tokens/decode': 'wordsToPiece',
  'cli/arguments': 'QUADRANT_NAMES, emotionOfQuadrant',
};
const {
  loadModel,
  createEar,
  chooseKey,
  planTake,
  joinWords,
  wordsToPiece,
  QUADRANT_NAMES,
  emotionOfQuadrant,
} = await bundledParts('measure-live-model', PARTS);
const { muser } = await loadModel('affetto', 'simd');
const { hear } = await createEar();

const share = (list, is) => list.filter(is).length / list.length;
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const all = [];
for (const name of QUADRANT_NAMES) {
  const emotion = emotionOfQuadrant(name);
  const conditions = { emotion, bars: null };
  const seeds = Array.from({ length: pieces }, (_, i) => firstSeed + i);
  const keys = seeds.map((seed) => chooseKey(conditions, seed, muser.config));
  const session = muser.open(
    seeds.map((seed, i) => planTake(conditions, seed, keys[i], muser.config)),
    {},
  );
  const bars = seeds.map(() => []);
  for (let bar = 0; bar < BARS; bar++)
    (await session.nextBar()).forEach((words, i) => {
      bars[i].push(words);
    });
  session.dispose();
  const written = bars.map((own, i) => wordsToPiece(joinWords(own), keys[i]));
  const right = written.flatMap((piece) => {
    const heard = hear(piece)?.emotion;
    if (!heard) return [];
    return [{ v: heard.valence > 0 === emotion.valence > 0, a: heard.arousal > 0 === emotion.arousal > 0 }];
  });
  all.push(...right);
  console.log(
    `${name}: ${told(right)}, ${mean(written.map(({ notes }) => notes.length / BARS)).toFixed(1)} notes a bar`,
  );
}
console.log(`all: ${told(all)}`);

function told(right) {
  const both = share(right, ({ v, a }) => v && a);
  return `heard as asked ${both.toFixed(2)}, arousal ${share(right, ({ a }) => a).toFixed(2)}, valence ${share(right, ({ v }) => v).toFixed(2)}`;
}
