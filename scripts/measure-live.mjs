// How music without an end is heard, of which nothing is chosen: node scripts/measure-live.mjs [pieces] [first seed] [bars] [folder]
// So many bars at each quadrant's point (8, 16, 32, 64 …; 8 if not said), eight at a time. The recogniser that listens is the one that chooses takes elsewhere;
// another can be asked about the folder's files, a folder for each stretch of bars: python -m training.judge FOLDER/bars-65-128
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledParts } from './bundle-parts.mjs';

const [pieces, firstSeed, length] = [60, 70_000, 8].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const folder = process.argv[5];
const WINDOW_BARS = 8;

const PARTS = {
  'services/inference/load-model': 'loadModel',
  'services/inference/ear': 'createEar',
  'model/muser/conditions': 'chooseKey, planTake',
  'model/muser/generate': 'joinWords',
  'model/tokens/decode': 'wordsToPiece',
  'model/music/cut-piece': 'cutPiece',
  'model/music/midi-out': 'writeMidi',
  'cli/arguments': 'QUADRANT_NAMES, emotionOfQuadrant',
};
const {
  loadModel,
  createEar,
  chooseKey,
  planTake,
  joinWords,
  wordsToPiece,
  cutPiece,
  writeMidi,
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
  for (let bar = 0; bar < length; bar++)
    (await session.nextBar()).forEach((words, i) => {
      bars[i].push(words);
    });
  session.dispose();
  const written = bars.map((own, i) => wordsToPiece(joinWords(own), keys[i]));
  for (const [from, to] of stretches(length)) {
    const heard = written.flatMap((piece) => heardIn(piece, from, to));
    if (folder) keep(written, name, from, to);
    const right = heard.map(({ valence, arousal }) => ({
      v: valence > 0 === emotion.valence > 0,
      a: arousal > 0 === emotion.arousal > 0,
    }));
    all.push(...right);
    const figures = [
      `${name}, bars ${from + 1} to ${to}: ${told(right)}`,
      `heard ${mean(heard.map(({ valence }) => valence)).toFixed(2)} ${mean(heard.map(({ arousal }) => arousal)).toFixed(2)}`,
      `${mean(heard.map(({ notes }) => notes / WINDOW_BARS)).toFixed(1)} notes a bar`,
    ];
    console.log(figures.join(', '));
  }
}
console.log(`all: ${told(all)}`);

/** The first eight bars, the next, and from there on twice as many each time. */
function stretches(bars) {
  const list = [];
  for (let from = 0, to = WINDOW_BARS; to <= bars; [from, to] = [to, 2 * to]) list.push([from, to]);
  return list;
}

function windowsOf(piece, from, to) {
  const windows = [];
  for (let at = from; at < to; at += WINDOW_BARS) windows.push(cutPiece(piece, at, at + WINDOW_BARS));
  return windows;
}

/** Writes each window as a file named by its quadrant. */
function keep(pieces, name, from, to) {
  const place = join(folder, `bars-${from + 1}-${to}`);
  mkdirSync(place, { recursive: true });
  for (const [i, piece] of pieces.entries())
    for (const [at, window] of windowsOf(piece, from, to).entries())
      if (window.notes.length > 0)
        writeFileSync(
          join(place, `${name}-${firstSeed + i}-${from + 1 + at * WINDOW_BARS}.mid`),
          writeMidi(window),
        );
}

/** What is heard in each window; silent ones count as nothing. */
function heardIn(piece, from, to) {
  return windowsOf(piece, from, to).flatMap((window) => {
    const emotion = hear(window)?.emotion;
    return emotion ? [{ ...emotion, notes: window.notes.length }] : [];
  });
}

function told(right) {
  const both = share(right, ({ v, a }) => v && a);
  return `heard as asked ${both.toFixed(2)}, arousal ${share(right, ({ a }) => a).toFixed(2)}, valence ${share(right, ({ v }) => v).toFixed(2)}`;
}
