import { describe, expect, it } from 'vitest';
import { beatPointers, indexBars } from '../../../src/model/tokens/bars.ts';
import { FEATURE_COUNT, FEATURES, FeatureState, stateFeatures } from '../../../src/model/tokens/features.ts';
import { returnDistances } from '../../../src/model/tokens/form.ts';
import { WORD_WIDTH } from '../../../src/model/tokens/vocabulary.ts';
import { randomWords, seededRandom, wordsWithReturns } from './random-words.ts';

const BAR = [0, 0, 1, 2, 0, 0, 0];
const at = (p: number, tempo = 1, chord = 1) => [tempo, chord, 2 + p, 2, 0, 0, 0];
const note = (pitch: number) => [0, 0, 0, 3, pitch, 4, 20];
const words = Uint8Array.from(
  [
    BAR,
    at(0, 30, 3),
    note(40),
    note(44),
    at(2),
    note(47),
    BAR,
    at(0, 1, 9),
    note(40),
    note(45),
    at(2),
    note(47),
    at(4, 33),
  ].flat(),
);

describe('returnDistances', () => {
  it('finds the bar that is most alike, the nearest of equals, from one half on', () => {
    expect(returnDistances(words)).toEqual([0, 1]);
    const a = [BAR, at(0), note(40), note(50)];
    const b = [BAR, at(0), note(60)];
    const half = [BAR, at(0), note(40)];
    const empty = [BAR, at(0)];
    expect(returnDistances(Uint8Array.from([a, b, a, a, half, empty, empty, b].flat(2)))).toEqual([
      0, 0, 2, 1, 1, 0, 0, 6,
    ]);
  });

  it('does not look further back than sixteen bars', () => {
    const first = [BAR, at(0), note(70)];
    const bars = Array.from({ length: 15 }, (_, i) => [BAR, at(0), note(10 + i)]);
    expect(returnDistances(Uint8Array.from([first, ...bars, first].flat(2))).at(-1)).toBe(16);
    expect(returnDistances(Uint8Array.from([first, ...bars, [BAR, at(0)], first].flat(2))).at(-1)).toBe(0);
  });
});

describe('stateFeatures', () => {
  const rows = stateFeatures(words, { mode: 2, ending: true });
  const row = (t: number) => [...rows.subarray((t + 1) * FEATURE_COUNT, (t + 2) * FEATURE_COUNT)].slice(7);

  it('starts at the start', () => {
    expect([...rows.subarray(0, FEATURE_COUNT)]).toEqual([
      0, 0, 0, 1, 0, 0, 0, 17, 0, 0, 0, 0, 2, 0, 0, 17, 2,
    ]);
  });

  it('follows the words: position, chord and tempo in force, counts, ending, form, reference, mode', () => {
    expect(row(0)).toEqual([16, 0, 0, 0, 0, 2, 0, 0, 17, 2]);
    expect(row(1)).toEqual([0, 3, 30, 0, 0, 2, 0, 0, 17, 2]);
    expect(row(3)).toEqual([0, 3, 30, 2, 2, 2, 0, 0, 17, 2]);
    expect(row(5)).toEqual([2, 3, 30, 3, 1, 2, 0, 0, 17, 2]);
    expect(row(6)).toEqual([16, 3, 30, 3, 0, 1, 1, 0, 0, 2]);
    expect(row(7)).toEqual([0, 9, 30, 0, 0, 1, 1, 40, 2, 2]);
    expect(row(8)).toEqual([0, 9, 30, 1, 1, 1, 1, 44, 2, 2]);
    expect(row(9)).toEqual([0, 9, 30, 2, 2, 1, 1, 0, 2, 2]);
    expect(row(10)).toEqual([2, 9, 30, 2, 0, 1, 1, 47, 16, 2]);
    expect(row(11)).toEqual([2, 9, 30, 3, 1, 1, 1, 0, 16, 2]);
    expect(row(12)).toEqual([4, 9, 33, 0, 0, 1, 1, 0, 16, 2]);
  });

  it('stays in range and is the same word by word, through clones, as in one go', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const sequence = seed % 2 ? randomWords(random, {}, 400) : wordsWithReturns(random, 24);
      const all = stateFeatures(sequence, { mode: seed % 3, ending: seed % 2 === 0 });
      const form = returnDistances(sequence);
      const totalBars = seed % 2 === 0 ? indexBars(sequence).starts.length : undefined;
      let state = new FeatureState({ mode: seed % 3, totalBars, form: (bar) => form[bar] });
      for (let i = 0; i < sequence.length / WORD_WIDTH; i++) {
        const other = state.clone();
        other.push(BAR);
        if (i % 7 === 0) state = state.clone();
        state.push(sequence, i * WORD_WIDTH);
        const expected = all.subarray((i + 1) * FEATURE_COUNT, (i + 2) * FEATURE_COUNT);
        if (!state.values.every((value, f) => value === expected[f] && value < FEATURES[f][1])) {
          expect([seed, i, ...state.values]).toEqual([seed, i, ...expected]);
          expect.unreachable(`seed ${seed}, word ${i}: a feature is out of range: ${expected}`);
        }
      }
    }
  });

  it('looks only back: later words change no earlier row', () => {
    const sequence = wordsWithReturns(seededRandom(5), 12);
    const { starts } = indexBars(sequence);
    const part = sequence.subarray(0, starts[8] * WORD_WIDTH);
    const whole = stateFeatures(sequence, { mode: 1, ending: false });
    const early = stateFeatures(part, { mode: 1, ending: false });
    expect(whole.subarray(0, early.length)).toEqual(early);
  });
});

describe('beatPointers', () => {
  it('counts beats through bars of any length', () => {
    expect([...beatPointers(words)]).toEqual([-1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2]);
  });
});
