import { describe, expect, it } from 'vitest';
import { beatStatistics } from '../../../research/evaluation/beat-statistics.ts';
import { reconstructionOf } from '../../../research/evaluation/reconstruction.ts';
import { movement } from '../../../research/evaluation/transfer.ts';
import { barRepetition } from '../../../src/model/choosing/repetition.ts';
import { wordsOf } from './music.ts';

describe('beat statistics', () => {
  it('has a row a beat, with means over its notes', () => {
    const beats = beatStatistics(
      wordsOf([
        [0, 60, 2, 40],
        [0, 64, 4, 46],
        [3, 62, 1, 49],
        [8, 50, 16, 100],
      ]),
    );
    expect(beats).toHaveLength(4);
    expect(beats[0]).toMatchObject({ count: 3, pitch: 62, velocity: 45, onset: 1 });
    expect(beats[0].duration).toBeCloseTo(7 / 3);
    expect(beats[1].count).toBe(0);
    expect(beats[1].pitch).toBeNaN();
    expect(beats[2]).toMatchObject({ count: 1, pitch: 50, duration: 16, velocity: 100, onset: 0 });
  });
});

const scale = (velocity: number, octave = 60) =>
  Array.from({ length: 16 }, (_, i) => [2 * i, octave + i, 1 + (i % 3), velocity + 3 * i] as const);

describe('reconstruction', () => {
  it('is perfect for a copy', () => {
    const words = wordsOf(scale(40), { bars: 2 });
    const figures = reconstructionOf([[words, words]]);
    expect(figures.noteF1).toBe(1);
    expect(figures.lengthRatio).toBe(1);
    expect(figures.chord).toBe(1);
    expect(figures.correlation.pitch).toBeCloseTo(1);
    expect(figures.correlation.velocity).toBeCloseTo(1);
  });

  it('tells what is wrong: pitches turned over, half the notes missing', () => {
    const words = wordsOf(scale(40), { bars: 2 });
    const turned = wordsOf(
      scale(40)
        .filter((_, i) => i % 2 === 0)
        .map(([step, pitch, duration, velocity]) => [step, 120 - pitch, duration, velocity] as const),
      { bars: 2 },
    );
    const figures = reconstructionOf([[words, turned]]);
    expect(figures.noteF1).toBeLessThan(0.1);
    expect(figures.lengthRatio).toBe(0.5);
    expect(figures.correlation.pitch).toBeLessThan(-0.9);
    expect(figures.correlation.velocity).toBeGreaterThan(0.9);
  });
});

describe('movement of a swap', () => {
  const a = wordsOf(scale(40), { bars: 2, root: 0 });
  const b = wordsOf(
    Array.from({ length: 16 }, (_, i) => [2 * i, 80 - (i % 5), 4, 100 - 4 * i] as const),
    { bars: 2, root: 7 },
  );

  it('is 0 where the output is A and 1 where it is B', () => {
    for (const element of ['velocity', 'pitch', 'duration', 'chord'] as const) {
      expect(movement([{ a, b, out: a }], element)).toBeCloseTo(0);
      expect(movement([{ a, b, out: b }], element)).toBeCloseTo(1);
    }
  });

  it('sees half the way', () => {
    const half = wordsOf(
      scale(40).map(([step, pitch, duration], i) => {
        const donor = 100 - 4 * i;
        return [step, pitch, duration, Math.round((40 + 3 * i + donor) / 2)] as const;
      }),
      { bars: 2 },
    );
    expect(movement([{ a, b, out: half }], 'velocity')).toBeCloseTo(0.5, 1);
    expect(movement([{ a, b, out: half }], 'pitch')).toBeCloseTo(0);
  });
});

describe('bar repetition', () => {
  const bar = (at: number, base: number) => [0, 4, 8].map((s) => [16 * at + s, base + s, 2, 60] as const);

  it('is 1 if every bar returns, 0 if none does, and looks past the last bar', () => {
    expect(barRepetition(wordsOf([...bar(0, 60), ...bar(1, 60)], { bars: 2 }))).toBe(1);
    expect(barRepetition(wordsOf([...bar(0, 60), ...bar(1, 61)], { bars: 2 }))).toBe(0);
    expect(barRepetition(wordsOf([...bar(0, 60), ...bar(1, 61), ...bar(2, 60)], { bars: 3 }))).toBe(0.5);
  });
});
