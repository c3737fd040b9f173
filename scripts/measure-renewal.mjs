// How bars written anew are heard, one candidate beside the best of several:
//   node scripts/measure-renewal.mjs [pieces a quadrant] [best of] [first seed] [folder for the new bars as MIDI files]
// 16 bars asked for one quadrant; bars 5 to 8 anew for another, as the window does it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledParts } from './bundle-parts.mjs';

const [pieces, bestOf, firstSeed] = [5, 4, 90_000].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const folder = process.argv[5];
const [BARS, FROM, TO] = [16, 4, 8];
const QUADRANTS = { Q1: [0.75, 0.75], Q2: [-0.75, 0.75], Q3: [-0.75, -0.75], Q4: [0.75, -0.75] };

const PARTS = {
  'services/inference/load-model': 'loadModel',
  'services/inference/ear': 'createEar',
  'services/inference/write-takes': 'writeTakes',
  'model/music/midi-out': 'writeMidi',
  'model/music/cut-piece': 'cutPiece',
  'model/music/key': 'findKey, keyLoss',
  'model/evaluation/heard': 'heardNotes',
  document: 'NEW_ASK',
};
const { loadModel, createEar, writeTakes, writeMidi, cutPiece, findKey, keyLoss, heardNotes, NEW_ASK } =
  await bundledParts('measure-renewal-model', PARTS);
const model = await loadModel('affetto', 'simd');
const { hear } = await createEar();

async function take(ask, emotion, seed, base) {
  const request = {
    projectId: 'measure',
    ask: { ...NEW_ASK, ...ask, takes: 1 },
    bars: new Array(BARS).fill(emotion),
    seed,
    base,
  };
  const takes = [];
  await writeTakes(model, request, hear, {
    signal: new AbortController().signal,
    progress: () => {},
    take: (one) => takes.push(one),
  });
  return takes[0];
}

const distance = (a, b) => Math.hypot(a.valence - b.valence, a.arousal - b.arousal);
const quadrantOf = ({ valence, arousal }) =>
  arousal > 0 ? (valence > 0 ? 'Q1' : 'Q2') : valence > 0 ? 'Q4' : 'Q3';
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

const rows = { 1: [], [bestOf]: [] };
for (const [from, [v0, a0]] of Object.entries(QUADRANTS)) {
  for (let i = 0; i < pieces; i++) {
    const seed = firstSeed + 100 * Object.keys(QUADRANTS).indexOf(from) + i;
    const ask = { bars: BARS, bestOf: 1 };
    const { piece } = await take(ask, { valence: v0, arousal: a0 }, seed, null);
    const names = Object.keys(QUADRANTS);
    const to = names[(names.indexOf(from) + 1 + (i % 3)) % 4];
    const asked = { valence: QUADRANTS[to][0], arousal: QUADRANTS[to][1] };
    const base = {
      clipId: 'base',
      piece,
      renew: ['tempo', 'chord', 'barBeat', 'type', 'pitch', 'duration', 'velocity'],
      fromBar: FROM,
      toBar: TO,
    };
    for (const k of [1, bestOf]) {
      const began = performance.now();
      const renewed = await take({ ...ask, bestOf: k }, asked, seed, base);
      const fresh = cutPiece(renewed.piece, FROM, TO);
      const alone = hear(fresh)?.emotion ?? { valence: 0, arousal: 0 }; // too few notes to feel like anything
      const outside = {
        ...piece,
        notes: [...cutPiece(piece, 0, FROM).notes, ...cutPiece(piece, TO, BARS).notes],
      };
      rows[k].push({
        course: mean(renewed.heard.bars.slice(FROM, TO).map((bar) => distance(bar, asked))),
        alone: distance(alone, asked),
        right: quadrantOf(alone) === to ? 1 : 0,
        keyLoss: keyLoss(heardNotes(fresh), findKey(heardNotes(outside))),
        seconds: (performance.now() - began) / 1000,
      });
      if (!folder) continue;
      mkdirSync(join(folder, String(k)), { recursive: true });
      writeFileSync(join(folder, String(k), `${to}-${seed}.mid`), writeMidi(fresh));
    }
  }
}
console.log(
  `${rows[1].length} passages of ${TO - FROM} bars, each asked for another quadrant than the piece around it`,
);
for (const [k, list] of Object.entries(rows)) {
  const of = (name) => mean(list.map((row) => row[name])).toFixed(3);
  console.log(
    `best of ${k}: error of the bars within the piece ${of('course')}, of the passage alone ${of('alone')}, ` +
      `its quadrant right ${of('right')}, key loss ${of('keyLoss')}, ${of('seconds')} s`,
  );
}
