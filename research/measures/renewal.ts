import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GenerateRequest, Take } from '../../src/contract/contract.ts';
import { type Ask, NEW_ASK } from '../../src/contract/document.ts';
import { heardNotes } from '../../src/model/choosing/heard.ts';
import { mean } from '../../src/model/emotion/statistics.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { cutPiece } from '../../src/model/music/cut-piece.ts';
import { findKey, keyLoss } from '../../src/model/music/key.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { Piece } from '../../src/model/music/piece.ts';
import { ELEMENTS } from '../../src/model/tokens/vocabulary.ts';
import { createEar } from '../../src/services/inference/ear.ts';
import { writeTakes } from '../../src/services/inference/write-takes.ts';
import { modelFolder } from '../../src/services/model-files/folder.ts';
import { loadModel } from '../../src/services/model-files/load-model.ts';
import { loadRecogniser } from '../../src/services/model-files/small-model.ts';
import { checkSignal, type Measure, wholeNumbers } from './measure.ts';

const [BARS, FROM, TO] = [16, 4, 8];
const SEEDS_APART = 100;
const QUADRANTS: readonly (Emotion & { readonly name: string })[] = [
  { name: 'Q1', valence: 0.75, arousal: 0.75 },
  { name: 'Q2', valence: -0.75, arousal: 0.75 },
  { name: 'Q3', valence: -0.75, arousal: -0.75 },
  { name: 'Q4', valence: 0.75, arousal: -0.75 },
];
/** Too few notes to feel like anything. */
const NOTHING: Emotion = { valence: 0, arousal: 0 };
const FIGURES = ['course', 'alone', 'right', 'keyLoss', 'seconds'] as const;
type Row = Readonly<Record<(typeof FIGURES)[number], number>>;

/** 16 bars asked for one quadrant; bars 5 to 8 anew for another, as the window does it: one candidate beside the best of several. */
export const renewal: Measure = {
  takes: '[pieces a quadrant] [best of] [first seed] [folder for the new bars]',
  tells: 'how bars written anew are heard',
  async run(args, io) {
    const [pieces, bestOf, firstSeed] = wholeNumbers(args, [5, 4, 90_000]);
    const folder = args[3];
    const model = await loadModel(modelFolder('affetto'), 'simd');
    const { hear } = createEar({ recogniser: await loadRecogniser() });

    async function take(ask: Partial<Ask>, emotion: Emotion, seed: number, base: GenerateRequest['base']) {
      const bars = new Array<Emotion>(BARS).fill(emotion);
      const request = { projectId: 'measure', ask: { ...NEW_ASK, ...ask, takes: 1 }, bars, seed, base };
      const takes: Take[] = [];
      await writeTakes(model, request, hear, {
        signal: io.signal,
        progress: () => {},
        take: (one) => void takes.push(one as Take),
      });
      return takes[0];
    }

    async function renewed(
      piece: Piece,
      of: number,
      ask: Partial<Ask>,
      to: (typeof QUADRANTS)[number],
      seed: number,
    ) {
      const began = performance.now();
      const base = { clipId: 'base', piece, renew: [...ELEMENTS], fromBar: FROM, toBar: TO };
      const { name, ...asked } = to;
      const made = await take({ ...ask, bestOf: of }, asked, seed, base);
      const fresh = cutPiece(made.piece, FROM, TO);
      const alone = hear(fresh)?.emotion ?? NOTHING;
      const around = [...cutPiece(piece, 0, FROM).notes, ...cutPiece(piece, TO, BARS).notes];
      if (folder) {
        mkdirSync(join(folder, String(of)), { recursive: true });
        writeFileSync(join(folder, String(of), `${name}-${seed}.mid`), writeMidi(fresh));
      }
      return {
        course: mean((made.heard?.bars ?? []).slice(FROM, TO).map((bar) => distance(bar, asked))),
        alone: distance(alone, asked),
        right: quadrantOf(alone) === name ? 1 : 0,
        keyLoss: keyLoss(heardNotes(fresh), findKey(heardNotes({ ...piece, notes: around }))),
        seconds: (performance.now() - began) / 1000,
      };
    }

    const rows = new Map<number, Row[]>([1, bestOf].map((of) => [of, []]));
    for (const [at, { name: _, ...asked }] of QUADRANTS.entries())
      for (let i = 0; i < pieces; i++) {
        checkSignal(io);
        const seed = firstSeed + SEEDS_APART * at + i;
        const ask = { bars: BARS, bestOf: 1 };
        const { piece } = await take(ask, asked, seed, null);
        const to = QUADRANTS[(at + 1 + (i % 3)) % 4];
        for (const [of, list] of rows) list.push(await renewed(piece, of, ask, to, seed));
      }
    const passages = pieces * QUADRANTS.length;
    io.out(
      `${passages} passages of ${TO - FROM} bars, each asked for another quadrant than the piece around it`,
    );
    for (const [of, list] of rows) {
      const [course, alone, right, loss, seconds] = FIGURES.map((name) =>
        mean(list.map((row) => row[name])).toFixed(3),
      );
      io.out(
        `best of ${of}: error of the bars within the piece ${course}, of the passage alone ${alone}, ` +
          `its quadrant right ${right}, key loss ${loss}, ${seconds} s`,
      );
    }
  },
};

const distance = (a: Emotion, b: Emotion): number => Math.hypot(a.valence - b.valence, a.arousal - b.arousal);

function quadrantOf({ valence, arousal }: Emotion): string {
  if (arousal > 0) return valence > 0 ? 'Q1' : 'Q2';
  return valence > 0 ? 'Q4' : 'Q3';
}
