import { expect, it } from 'vitest';
import { findKey, keyOfWeights } from '../../../src/model/music/key.ts';

const scale = (tonic: number, steps: number[]) =>
  [...steps, 0, 0, 7, steps[2]].map((step, i) => ({
    pitch: 60 + tonic + step,
    startSeconds: i,
    soundSeconds: i + 1,
  }));
const MAJOR = [0, 2, 4, 5, 7, 9, 11];
const HARMONIC_MINOR = [0, 2, 3, 5, 7, 8, 11];

it('finds all 24 keys in their scales', () => {
  for (let tonic = 0; tonic < 12; tonic++) {
    expect(findKey(scale(tonic, MAJOR))).toMatchObject({ tonic, mode: 'major' });
    expect(findKey(scale(tonic, HARMONIC_MINOR))).toMatchObject({ tonic, mode: 'minor' });
  }
});

it('is surer of a scale than of a cluster, and of nothing not at all', () => {
  const chromatic = Array.from({ length: 12 }, (_, i) => i).map((pitch) => ({
    pitch,
    startSeconds: 0,
    soundSeconds: 1,
  }));
  const sure = findKey(scale(0, MAJOR)).confidence;
  expect(sure).toBeGreaterThan(0.5);
  expect(sure).toBeLessThanOrEqual(1);
  expect(findKey(chromatic).confidence).toBeLessThan(0.2);
  expect(keyOfWeights(new Array<number>(12).fill(0))).toEqual({ tonic: 0, mode: 'major', confidence: 0 });
});

it('counts how long notes sound, but not a pedal held for ever', () => {
  const notes = scale(0, MAJOR);
  const drone = { pitch: 61, startSeconds: 0, soundSeconds: 60 };
  expect(findKey([...notes, drone])).toMatchObject({ tonic: 0, mode: 'major' });
});
