import { describe, expect, it } from 'vitest';
import { BeatPrior, FORM } from '../../../src/model/muser/beat-prior.ts';
import { Decoder } from '../../../src/model/muser/decoder.ts';
import { createEncoder } from '../../../src/model/muser/encoder.ts';
import { WordPrior } from '../../../src/model/muser/word-prior.ts';
import { FEATURE_COUNT, stateFeatures } from '../../../src/model/tokens/features.ts';
import { ELEMENTS, type Element, WORD_WIDTH } from '../../../src/model/tokens/vocabulary.ts';
import { ENGINES, goldenValues, goldenWeights } from '../helpers/golden.ts';

interface BeatGolden {
  words: number[][];
  mode: number;
  form: number[];
  emotion: [number, number][];
  features: number[][];
  pointer: number[];
  codes: Record<string, number[]>;
  logits: Record<Element, number[][]>;
  logitsNoEmotion: Record<Element, number[][]>;
  priorFeatures: number[][];
  ref: number[][];
  prior: Record<string, number[][]>;
  priorNoEmotion: Record<string, number[][]>;
}

interface WordGolden {
  words: number[][];
  quadrant: number;
  codes: number[];
  logits: Record<Element, number[][]>;
  priorInput: number[];
  prior: number[][];
}

const beat = goldenValues('affetto') as unknown as BeatGolden;
const word = goldenValues('muser-paper') as unknown as WordGolden;
const CORNERS = [null, [1, 1], [-1, 1], [-1, -1], [1, -1]] as const;

const argmax = (row: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i] > row[best]) best = i;
  return best;
};

/** Largest difference, and how often the largest value differs in place. */
class Agreement {
  worst = 0;
  rows = 0;
  argmaxMisses = 0;

  compare(got: ArrayLike<number>, expected: readonly number[]): void {
    expect(got.length).toBe(expected.length);
    expected.forEach((value, i) => {
      this.worst = Math.max(this.worst, Math.abs(value - got[i]));
    });
    this.rows++;
    if (argmax(got) !== argmax(expected)) this.argmaxMisses++;
  }

  check(engine: (typeof ENGINES)[number]): void {
    expect(this.rows).toBeGreaterThan(0);
    expect(this.worst).toBeLessThan(engine.tolerance);
    // int8 may turn near ties of random logits; float engines may not.
    expect(this.argmaxMisses / this.rows).toBeLessThanOrEqual(engine.name === 'simd' ? 0.1 : 0);
  }
}

describe('state features of the golden piece', () => {
  it('are those of training', () => {
    const rows = stateFeatures(Uint8Array.from(beat.words.flat()), { mode: beat.mode, ending: true });
    beat.features.forEach((expected, t) => {
      expect([...rows.subarray(t * FEATURE_COUNT, (t + 1) * FEATURE_COUNT)]).toEqual(expected);
    });
  });
});

describe.each(ENGINES)('$name agrees with training', (engine) => {
  it('on the codes of beats', async () => {
    const weights = await goldenWeights('affetto');
    const encoder = createEncoder(weights, await engine.create(weights));
    const codes = await encoder.encode(Uint8Array.from(beat.words.flat()));
    const expected = beat.codes.chord.map((_, b) =>
      weights.config.books.map((book) => beat.codes[book.name][b]),
    );
    if (engine.name !== 'simd') expect(codes).toEqual(expected);
    else {
      const flat = codes.flat();
      const same = flat.filter((code, i) => code === expected.flat()[i]).length;
      expect(same / flat.length).toBeGreaterThan(0.95);
    }
  });

  it.each([
    ['with the emotion', true],
    ['without', false],
  ])('on the decoder of beats, %s', async (_, felt) => {
    const weights = await goldenWeights('affetto');
    const decoder = new Decoder(weights, await engine.create(weights), 1, 1);
    const codesOf = (b: number) =>
      b >= 0 && b < beat.codes.chord.length
        ? weights.config.books.map((book) => beat.codes[book.name][b])
        : null;
    const agreement = new Agreement();
    for (let t = 0; t < beat.words.length; t++) {
      const pointer = beat.pointer[t];
      const [valence, arousal] = beat.emotion[Math.max(0, pointer)];
      await decoder.step([
        {
          features: Uint8Array.from(beat.features[t]),
          step: t,
          emotion: felt ? { valence, arousal } : null,
          codes: { cur: codesOf(pointer), next: codesOf(pointer + 1) },
        },
      ]);
      for (const element of ELEMENTS) {
        const [logits] = await decoder.logits(element, [0], [beat.words[t]]);
        agreement.compare(logits, (felt ? beat.logits : beat.logitsNoEmotion)[element][t]);
      }
    }
    agreement.check(engine);
  });

  it.each([
    ['with the emotion', true],
    ['without', false],
  ])('on the prior of beats, %s', async (_, felt) => {
    const weights = await goldenWeights('affetto');
    const prior = new BeatPrior(weights, await engine.create(weights), 1, 1);
    const { books } = weights.config;
    const expected = felt ? beat.prior : beat.priorNoEmotion;
    const agreement = new Agreement();
    let last: number[] | null = null;
    for (let b = 0; b < beat.priorFeatures.length; b++) {
      const [valence, arousal] = beat.emotion[b];
      const codes = books.map((book) => beat.codes[book.name][b]);
      const input = {
        last,
        ref: beat.ref[b][0] < 0 ? null : beat.ref[b],
        features: beat.priorFeatures[b],
        emotion: felt ? { valence, arousal } : null,
        endsBar: true,
      };
      await prior.step([input], (_lane, book, logits) => {
        agreement.compare(logits, expected[book === FORM ? 'form' : books[book].name][b]);
        return book === FORM ? 0 : codes[book];
      });
      last = codes;
    }
    agreement.check(engine);
  });

  it('on the codes of words', async () => {
    const weights = await goldenWeights('muser-paper');
    const encoder = createEncoder(weights, await engine.create(weights));
    const codes = (await encoder.encode(Uint8Array.from(word.words.flat()))).flat();
    const same = codes.filter((code, t) => code === word.codes[t]).length;
    expect(same / codes.length).toBeGreaterThanOrEqual(engine.name === 'simd' ? 0.95 : 1);
  });

  it('on the decoder of words', async () => {
    const weights = await goldenWeights('muser-paper');
    const decoder = new Decoder(weights, await engine.create(weights), 1, 1);
    await decoder.setCodes(
      0,
      word.codes.map((code) => [code]),
    );
    const [valence, arousal] = CORNERS[word.quadrant]!;
    const agreement = new Agreement();
    for (let t = 0; t < word.words.length; t++) {
      const features = new Uint8Array(FEATURE_COUNT);
      if (t === 0) features[ELEMENTS.indexOf('type')] = 1;
      else features.set(word.words[t - 1]);
      await decoder.step([
        { features, step: t, emotion: { valence, arousal }, codes: { cur: [word.codes[t]], next: null } },
      ]);
      for (const element of ELEMENTS) {
        const [logits] = await decoder.logits(element, [0], [word.words[t]]);
        expect(word.words[t]).toHaveLength(WORD_WIDTH);
        agreement.compare(logits, word.logits[element][t]);
      }
    }
    agreement.check(engine);
  });

  it('on the prior of words', async () => {
    const weights = await goldenWeights('muser-paper');
    const prior = new WordPrior(weights, await engine.create(weights), 1);
    const [valence, arousal] = CORNERS[word.quadrant]!;
    const agreement = new Agreement();
    for (let t = 0; t < word.priorInput.length; t++)
      await prior.next([0], [{ valence, arousal }], (_, logits) => {
        agreement.compare(logits, word.prior[t].slice(0, -1));
        return word.priorInput[t];
      });
    agreement.check(engine);
  });
});
