import { chooseTake } from '../../src/model/choosing/choose.ts';
import { mean } from '../../src/model/emotion/statistics.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { cutPiece } from '../../src/model/music/cut-piece.ts';
import { createEar } from '../../src/services/inference/ear.ts';
import { modelFolder } from '../../src/services/model-files/folder.ts';
import { loadModel } from '../../src/services/model-files/load-model.ts';
import { loadRecogniser } from '../../src/services/model-files/small-model.ts';
import { checkSignal, type Measure, wholeNumbers } from './measure.ts';

const BARS = 16;
const QUARTER = 4;
const PATHS: Readonly<Record<string, readonly [Emotion, Emotion]>> = {
  'quiet to wild': [
    { valence: 0, arousal: -0.7 },
    { valence: 0, arousal: 0.7 },
  ],
  'sad to happy': [
    { valence: -0.6, arousal: -0.4 },
    { valence: 0.6, arousal: 0.4 },
  ],
  'calm to tense': [
    { valence: 0.5, arousal: -0.5 },
    { valence: -0.5, arousal: 0.6 },
  ],
};

/** 16 bars along a path; each quarter of four bars is heard by itself, by the recogniser that chooses. */
export const path: Measure = {
  takes: '[takes] [best of] [first seed]',
  tells: 'how a moving emotion is heard',
  async run(args, io) {
    const [takes, bestOf, firstSeed] = wholeNumbers(args, [12, 4, 95_000]);
    const { model, reference } = await loadModel(modelFolder('affetto'), 'simd');
    const { hear } = createEar({ recogniser: await loadRecogniser() });
    const listen = (piece: Parameters<typeof hear>[0]) => hear(piece);
    for (const [name, [from, to]] of Object.entries(PATHS)) {
      const emotion = Array.from({ length: BARS }, (_, bar) => between(from, to, bar / (BARS - 1)));
      const heard: Emotion[][] = Array.from({ length: BARS / QUARTER }, () => []);
      for (let i = 0; i < takes; i++) {
        checkSignal(io);
        const options = { bestOf, listen, reference };
        const { piece } = await chooseTake(model, { emotion, bars: BARS }, firstSeed + i, options);
        heard.forEach((list, quarter) => {
          const part = hear(cutPiece(piece, quarter * QUARTER, (quarter + 1) * QUARTER));
          if (part) list.push(part.emotion);
        });
      }
      const asked = heard.map((_, quarter) => emotion.slice(quarter * QUARTER, (quarter + 1) * QUARTER));
      for (const of of ['valence', 'arousal'] as const)
        io.out(`${name}: ${of} asked ${show(asked, of)}, heard ${show(heard, of)}`);
    }
  },
};

const between = (from: Emotion, to: Emotion, part: number): Emotion => ({
  valence: from.valence + (to.valence - from.valence) * part,
  arousal: from.arousal + (to.arousal - from.arousal) * part,
});

const show = (quarters: readonly Emotion[][], of: keyof Emotion): string =>
  quarters
    .map((list) =>
      mean(list.map((emotion) => emotion[of]))
        .toFixed(2)
        .padStart(5),
    )
    .join(' ');
