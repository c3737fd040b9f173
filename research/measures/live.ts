import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emotionOfQuadrant, QUADRANT_NAMES } from '../../src/cli/arguments.ts';
import { mean } from '../../src/model/emotion/statistics.ts';
import { chooseKey, planTake } from '../../src/model/muser/conditions.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { joinWords } from '../../src/model/muser/generate.ts';
import type { Muser } from '../../src/model/muser/muser.ts';
import { cutPiece } from '../../src/model/music/cut-piece.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { Piece } from '../../src/model/music/piece.ts';
import { wordsToPiece } from '../../src/model/tokens/decode.ts';
import type { Words } from '../../src/model/tokens/vocabulary.ts';
import { createEar } from '../../src/services/inference/ear.ts';
import { modelFolder } from '../../src/services/model-files/folder.ts';
import { loadMuser } from '../../src/services/model-files/load-muser.ts';
import { loadRecogniser } from '../../src/services/model-files/small-model.ts';
import { checkSignal, type Measure, wholeNumbers } from './measure.ts';

const WINDOW_BARS = 8;

/** Whether a window is heard on the side of valence, and of arousal, that was asked for. */
interface Sides {
  readonly valence: boolean;
  readonly arousal: boolean;
}

/**
 * So many bars at each quadrant's point (8, 16, 32, 64 …), heard eight at a time by the recogniser that chooses takes
 * elsewhere. Another can be asked about the folder's files, a folder for each stretch of bars:
 * python -m training.judge FOLDER/bars-65-128
 */
export const live: Measure = {
  takes: '[pieces] [first seed] [bars] [folder]',
  tells: 'how music without an end is heard, of which nothing is chosen',
  async run(args, io) {
    const [pieces, firstSeed, length] = wholeNumbers(args, [60, 70_000, WINDOW_BARS]);
    const folder = args[3];
    const { model: muser } = await loadMuser(modelFolder('affetto'), 'simd');
    const { hear } = createEar({ recogniser: await loadRecogniser() });
    const seeds = Array.from({ length: pieces }, (_, i) => firstSeed + i);
    const all: Sides[] = [];
    for (const name of QUADRANT_NAMES) {
      checkSignal(io);
      const emotion = emotionOfQuadrant(name);
      const written = await write(muser, emotion, seeds, length);
      for (const [from, to] of stretches(length)) {
        if (folder) for (const [i, piece] of written.entries()) keep(folder, piece, name, seeds[i], from, to);
        const heard = written
          .flatMap((piece) => windowsOf(piece, from, to))
          .flatMap((window) => {
            const found = hear(window)?.emotion;
            return found ? [{ ...found, notes: window.notes.length }] : [];
          });
        const right = heard.map(({ valence, arousal }) => ({
          valence: valence > 0 === emotion.valence > 0,
          arousal: arousal > 0 === emotion.arousal > 0,
        }));
        all.push(...right);
        io.out(
          `${name}, bars ${from + 1} to ${to}: ${told(right)}, ` +
            `heard ${mean(heard.map((h) => h.valence)).toFixed(2)} ${mean(heard.map((h) => h.arousal)).toFixed(2)}, ` +
            `${mean(heard.map(({ notes }) => notes / WINDOW_BARS)).toFixed(1)} notes a bar`,
        );
      }
    }
    io.out(`all: ${told(all)}`);
  },
};

/** A piece for each seed, written side by side. */
async function write(
  muser: Muser,
  emotion: Emotion,
  seeds: readonly number[],
  length: number,
): Promise<Piece[]> {
  const conditions = { emotion, bars: null };
  const keys = seeds.map((seed) => chooseKey(conditions, seed, muser.config));
  const session = muser.open(
    seeds.map((seed, i) => planTake(conditions, seed, keys[i], muser.config)),
    {},
  );
  const bars: Words[][] = seeds.map(() => []);
  for (let bar = 0; bar < length; bar++)
    (await session.nextBar()).forEach((words, i) => {
      if (words) bars[i].push(words);
    });
  session.dispose();
  return bars.map((own, i) => wordsToPiece(joinWords(own), keys[i]));
}

/** The first eight bars, the next, and from there on twice as many each time. */
function stretches(bars: number): [number, number][] {
  const list: [number, number][] = [];
  for (let from = 0, to = WINDOW_BARS; to <= bars; [from, to] = [to, 2 * to]) list.push([from, to]);
  return list;
}

function windowsOf(piece: Piece, from: number, to: number): Piece[] {
  const windows: Piece[] = [];
  for (let at = from; at < to; at += WINDOW_BARS) windows.push(cutPiece(piece, at, at + WINDOW_BARS));
  return windows;
}

/** Writes each window that sounds as a file named by its quadrant. */
function keep(folder: string, piece: Piece, name: string, seed: number, from: number, to: number): void {
  const place = join(folder, `bars-${from + 1}-${to}`);
  mkdirSync(place, { recursive: true });
  for (const [at, window] of windowsOf(piece, from, to).entries())
    if (window.notes.length > 0)
      writeFileSync(join(place, `${name}-${seed}-${from + 1 + at * WINDOW_BARS}.mid`), writeMidi(window));
}

function told(right: readonly Sides[]): string {
  const share = (is: (sides: Sides) => boolean) => (right.filter(is).length / right.length).toFixed(2);
  return (
    `heard as asked ${share(({ valence, arousal }) => valence && arousal)}, ` +
    `arousal ${share(({ arousal }) => arousal)}, valence ${share(({ valence }) => valence)}`
  );
}
