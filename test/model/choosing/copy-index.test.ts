import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CopyIndex } from '../../../src/model/choosing/copy-index.ts';
import { COUNTED_NOTES, FOUND_NOTES } from '../../../src/model/choosing/fingerprints.ts';
import { riceDecode, riceEncode } from '../../../src/model/choosing/rice.ts';
import { AffettoError } from '../../../src/model/error.ts';
import { Random } from '../../../src/model/muser/random.ts';

import { wordsOf } from '../../research/evaluation/music.ts';
import { randomWords } from '../helpers/pieces.ts';

type Note = readonly [number, number, number, number];

const tune = (seed: number, notes: number, from = 0): Note[] => {
  const random = new Random(seed, 'tune');
  return Array.from({ length: notes }, (_, i) => [from + 2 * i, 45 + Math.floor(random.next() * 30), 2, 64]);
};
const moved = (notes: readonly Note[], semitones: number, steps: number): Note[] =>
  notes.map(([step, pitch, , velocity]) => [step + steps, pitch + semitones, 3, velocity - 10]);

const training = [1, 2, 3, 4].map((seed) => wordsOf(tune(seed, 120), { bars: 16 }));
const index = CopyIndex.of(training);

describe('the index of training runs', () => {
  it.each([-7, -3, 0, 1, 5, 11])('finds a planted copy %i semitones away, wherever it lies', (semitones) => {
    const planted = [...tune(50, 10), ...moved(tune(3, 120).slice(40, 40 + FOUND_NOTES), semitones, -60)];
    expect(index.sharedNotes(wordsOf(planted, { bars: 16 }))).toBeGreaterThanOrEqual(COUNTED_NOTES);
  });

  it('finds every run of the length it promises', () => {
    for (let from = 0; from + FOUND_NOTES <= 120; from++) {
      const cut = moved(tune(2, 120).slice(from, from + FOUND_NOTES), 4, -2 * from);
      expect(index.sharedNotes(wordsOf(cut, { bars: 16 }))).toBeGreaterThanOrEqual(COUNTED_NOTES);
    }
  });

  it('does not count what is shorter', () => {
    const cut = moved(tune(2, 120).slice(30, 30 + COUNTED_NOTES - 1), 0, -60);
    expect(index.sharedNotes(wordsOf([...cut, ...tune(60, 40, 40)], { bars: 16 }))).toBe(0);
  });

  it('finds nothing in random music', () => {
    for (let seed = 100; seed < 160; seed++) expect(index.sharedNotes(randomWords(seed, 8))).toBe(0);
    expect(index.sharedNotes(wordsOf([]))).toBe(0);
  });

  it('says about how long a whole copy is', () => {
    const shared = index.sharedNotes(wordsOf(moved(tune(4, 120), 2, 0), { bars: 16 }));
    expect(shared).toBeGreaterThan(100);
    expect(shared).toBeLessThanOrEqual(120);
  });

  it('is the same again from its file', () => {
    const bytes = index.write();
    const again = CopyIndex.read(bytes, 'runs');
    expect(again.size).toBe(index.size);
    expect(again.write()).toEqual(bytes);
    expect(again.sharedNotes(training[1])).toBe(index.sharedNotes(training[1]));
  });

  it('names a file that is something else, or cut short', () => {
    const bytes = index.write();
    expect(() => CopyIndex.read(bytes.subarray(0, 100), 'runs.bin')).toThrow(AffettoError);
    expect(() => CopyIndex.read(bytes.subarray(0, 10), 'runs.bin')).toThrow(/runs\.bin/);
    expect(() =>
      CopyIndex.read(new TextEncoder().encode('{"a": "quite another kind of file"}'), 'x'),
    ).toThrow(/fetch the model again/);
  });

  it('ships with affetto, and does not take random music for a copy', () => {
    const file = new URL('../../../resources/models/affetto/training-runs.bin', import.meta.url);
    const shipped = CopyIndex.read(readFileSync(file), 'training-runs.bin');
    expect(shipped.size).toBeGreaterThan(100_000);
    for (let seed = 0; seed < 40; seed++) expect(shipped.sharedNotes(randomWords(seed, 8))).toBe(0);
  });
});

describe('Rice coding', () => {
  it.each([0, 1, 2, 17, 5000])('gives %i numbers back', (count) => {
    const random = new Random(count, 'rice');
    const numbers = Uint32Array.from(new Set(Array.from({ length: count }, () => random.uint()))).sort();
    expect(riceDecode(riceEncode(numbers))).toEqual(numbers);
  });

  it('keeps the least and the most there are', () => {
    const numbers = Uint32Array.of(0, 1, 2 ** 32 - 2, 2 ** 32 - 1);
    expect(riceDecode(riceEncode(numbers))).toEqual(numbers);
  });

  it('answers nothing to bytes that end too early', () => {
    const coded = riceEncode(Uint32Array.of(5, 900, 70_000));
    expect(riceDecode({ ...coded, bytes: coded.bytes.subarray(0, 2) })).toBeNull();
  });
});
