import { describe, expect, it } from 'vitest';
import { BarReference } from '../../../src/model/generator/bar-reference.ts';
import { beatEntries, GROUP_NAMES } from '../../../src/model/generator/beat-entries.ts';
import { BeatMemories } from '../../../src/model/generator/beat-memory.ts';
import { type BeatCodes, planOnly } from '../../../src/model/generator/codes.ts';
import { Decoder } from '../../../src/model/generator/decoder.ts';
import { Encoder } from '../../../src/model/generator/encoder.ts';
import type { GeneratorEngine } from '../../../src/model/generator/engine.ts';
import { splitBars } from '../../../src/model/generator/kept.ts';
import { Prior } from '../../../src/model/generator/prior.ts';
import { createReferenceGeneratorEngine } from '../../../src/model/generator/reference-engine.ts';
import { lagOf, returnsOf } from '../../../src/model/generator/returns.ts';
import { createSimdGeneratorEngine } from '../../../src/model/generator/simd-engine.ts';
import { startFeatures, WordState } from '../../../src/model/generator/state.ts';
import { pieceToWords } from '../../../src/model/generator/to-words.ts';
import { type Element, FEATURE_COUNT } from '../../../src/model/generator/vocabulary.ts';
import type { GeneratorWeights } from '../../../src/model/generator/weights.ts';

import { golden, goldenGenerator, goldenPiece, goldenWords } from './golden-generator.ts';

const ENGINES: readonly {
  readonly name: string;
  readonly tolerance: number;
  create(weights: GeneratorWeights): Promise<GeneratorEngine>;
}[] = [
  {
    name: 'reference',
    tolerance: 1e-4,
    create: async (weights) => createReferenceGeneratorEngine(weights),
  },
  // Weights in int8.
  { name: 'simd', tolerance: 0.1, create: createSimdGeneratorEngine },
];

const beats = golden.codes.tempo.length;
const emotionOfBar = (bar: number) => ({ valence: golden.emotion[bar][0], arousal: golden.emotion[bar][1] });
const barOfBeat = golden.piece.barBeats.flatMap((length, bar) => Array<number>(length).fill(bar));
const goldenCodes: BeatCodes[] = Array.from({ length: beats }, (_, beat) => ({
  plan: GROUP_NAMES.map((name) => golden.codes[name][beat][0]),
  detail: GROUP_NAMES.map((name) => golden.codes[name][beat].slice(1)),
}));

/** The largest difference of two rows of logits. */
function difference(got: Float32Array, expected: readonly number[]): number {
  expect(got.length).toBe(expected.length);
  return expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - got[i])), 0);
}

describe('the golden piece', () => {
  it('becomes the words of training', () => {
    expect(pieceToWords(goldenPiece())).toEqual(goldenWords());
  });

  it('has the state features of training', () => {
    const state = new WordState();
    let row = startFeatures(golden.endings[0], golden.mode);
    for (const [t, word] of golden.words.entries()) {
      expect([...row]).toEqual(golden.features[t]);
      const bar = state.bar + Number(word[2] === 1);
      row = new Uint8Array(FEATURE_COUNT);
      state.take(word, golden.endings[bar], golden.mode, row);
      expect([state.beat, state.step]).toEqual([golden.beat[t], golden.step[t]]);
    }
  });

  it('comes back as training hears it, and is told so word by word', () => {
    expect(returnsOf(splitBars(goldenWords()))).toEqual(golden.returns);
    const reference = new BarReference();
    let bar = -1;
    for (const [t, word] of golden.words.entries()) {
      expect([...reference.row]).toEqual(golden.references[t]);
      const mark = reference.save();
      reference.take(Uint8Array.from(golden.words[0]), 0);
      reference.restore(mark);
      bar += Number(word[2] === 1);
      reference.take(Uint8Array.from(word), golden.returns[bar]);
    }
    expect(golden.references.filter(([value]) => value > 0).length).toBeGreaterThan(20);
  });

  it('has the beat entries of training', () => {
    const entries = beatEntries(goldenWords());
    expect(entries.map((beat) => GROUP_NAMES.flatMap((name) => [...beat[name]]))).toEqual(golden.entries);
  });

  it('has the codes of training', async () => {
    const encoder = new Encoder(await goldenGenerator());
    expect(encoder.encode(goldenWords())).toEqual(goldenCodes);
  });
});

describe.each(ENGINES)('$name agrees with training', ({ create, tolerance }) => {
  it.each([
    ['all codes', goldenCodes, golden.logits],
    ['the plan alone', goldenCodes.map(({ plan }) => planOnly(plan)), golden.logitsOfPlan],
  ])('on words under %s', async (_, codes, expected) => {
    const weights = await goldenGenerator();
    const decoder = new Decoder(weights, await create(weights), 1);
    const memories = new BeatMemories(weights);
    let worst = 0;
    for (const [t, word] of golden.words.entries()) {
      const beat = t === 0 ? -1 : golden.beat[t - 1];
      const emotion = emotionOfBar(barOfBeat[Math.max(0, beat)]);
      const [here, next] = [codes[beat] ?? null, codes[beat + 1] ?? null];
      const memory = memories.of({ here, next, emotion });
      const time = t === 0 ? 0 : golden.step[t - 1];
      const features = Uint8Array.from(golden.features[t]);
      const reference = Uint8Array.from(golden.references[t]);
      decoder.step([{ lane: 0, features, reference, time, memory }]);
      for (const [element, logits] of Object.entries(expected[t]))
        worst = Math.max(worst, difference(decoder.logits(element as Element, [0], [word]), logits));
    }
    expect(golden.words.length).toBeGreaterThan(2 * weights.config.decoder.stack.window);
    expect(worst).toBeLessThan(tolerance);
  });

  it.each([
    ['with the emotion', true, golden.prior],
    ['without', false, golden.priorNoEmotion],
  ])('on the plan, %s', async (_, isFelt, expected) => {
    const weights = await goldenGenerator();
    const prior = new Prior(weights, await create(weights), 1);
    let worst = 0;
    for (let beat = 0; beat < beats; beat++) {
      const emotion = isFelt ? emotionOfBar(barOfBeat[beat]) : null;
      const before = goldenCodes.slice(0, beat).map(({ plan }) => plan);
      const bar = barOfBeat[beat];
      const value = golden.returns[bar];
      const first = barOfBeat.indexOf(bar);
      const earlier = barOfBeat.indexOf(bar - lagOf(value)) + beat - first;
      const isThere = value > 0 && barOfBeat[earlier] === bar - lagOf(value);
      const input = {
        lane: 0,
        before,
        features: golden.priorFeatures[beat],
        time: beat,
        emotion,
        returnedBefore: beat === 0 ? 0 : golden.returns[barOfBeat[beat - 1]],
        isFirst: beat === first,
      };
      const chooseReturns = (logits: Float32Array | null) => {
        expect(logits !== null).toBe(beat === first);
        if (logits) worst = Math.max(worst, difference(logits, expected[beat].returns));
        return [{ value, codes: isThere ? before[earlier] : null }];
      };
      prior.step([input], chooseReturns, (group, logits) => {
        worst = Math.max(worst, difference(logits, expected[beat][GROUP_NAMES[group]]));
        return [goldenCodes[beat].plan[group]];
      });
    }
    expect(worst).toBeLessThan(tolerance);
  });
});
