import { describe, expect, it } from 'vitest';
import {
  type BeatLine,
  barsOf,
  beatAt,
  doubleBeats,
  halveBeats,
  shiftBars,
  splitLongBars,
} from '../../../src/model/music/beat-line.ts';
import { foldOctaves } from '../../../src/model/music/octave-fold.ts';

/** A ruler of one beat a second. */
function line(bars: number[], pace = 1): BeatLine {
  const beats = bars.reduce((sum, n) => sum + n, 0);
  const marks = Array.from({ length: beats + 1 }, (_, i) => i * pace);
  return { marks, seconds: marks, bars };
}
const isSound = ({ marks, bars }: BeatLine): boolean =>
  bars.reduce((sum, n) => sum + n, 0) === marks.length - 1 &&
  marks.every((m, i) => i === 0 || m > marks[i - 1]);

describe('beatAt', () => {
  it('measures within uneven beats and beyond the ends', () => {
    const marks = [0, 10, 30];
    expect([-5, 0, 5, 10, 15, 30, 40].map((value) => beatAt(marks, value))).toEqual([
      -0.5, 0, 0.5, 1, 1.25, 2, 2.5,
    ]);
  });
});

describe('corrections', () => {
  it('split long bars evenly', () => {
    expect(splitLongBars([1, 4, 5, 6, 7, 8, 12])).toEqual([1, 4, 3, 2, 3, 3, 4, 3, 4, 4, 4, 4, 4]);
  });

  it('double and halve', () => {
    expect(doubleBeats(line([4, 3, 2]))).toMatchObject({ bars: [4, 4, 3, 3, 4] });
    expect(doubleBeats(line([1])).marks).toEqual([0, 0.5, 1]);
    expect(halveBeats(line([4, 4, 4]))).toMatchObject({ bars: [4, 2], marks: [0, 2, 4, 6, 8, 10, 12] });
    expect(halveBeats(line([3, 3, 4, 4]))).toMatchObject({
      bars: [3, 4],
      marks: [0, 2, 4, 6, 8, 10, 12, 14],
    });
    expect(halveBeats(doubleBeats(line([4, 4])))).toEqual(line([4, 4]));
    expect(isSound(halveBeats(line([3])))).toBe(true);
  });

  it('shift bar lines either way, and not at all by a whole bar', () => {
    const later = shiftBars(line([4, 4]), 1);
    expect(later.bars).toEqual([4, 4, 4]);
    expect(later.marks[4]).toBe(1);
    expect(shiftBars(line([4, 4]), -1).marks[4]).toBe(3);
    expect(shiftBars(line([4, 4]), 4)).toEqual(line([4, 4]));
    expect([later, shiftBars(line([3, 3]), 2)].every(isSound)).toBe(true);
  });

  it('bars of three fill the last', () => {
    expect(barsOf(line([4, 4]), 3)).toMatchObject({ bars: [3, 3, 3] });
    expect(isSound(barsOf(line([4, 4]), 3))).toBe(true);
  });
});

describe('foldOctaves', () => {
  it('leaves 75 to 150 bpm alone', () => {
    for (const bpm of [76, 100, 149])
      expect(foldOctaves(line([4, 4], 60 / bpm))).toEqual(line([4, 4], 60 / bpm));
  });

  it('mends a song that switches octave on the way', () => {
    const fast = Array.from({ length: 32 }, (_, i) => i * 0.5);
    const slow = Array.from({ length: 17 }, (_, i) => 16 + i);
    const folded = foldOctaves({
      marks: [...fast, ...slow],
      seconds: [...fast, ...slow],
      bars: new Array(12).fill(4),
    });
    expect(folded.marks).toEqual(Array.from({ length: 65 }, (_, i) => i * 0.5));
    expect(isSound(folded)).toBe(true);
  });

  it('does not follow one bar of rubato out of its octave', () => {
    const marks = Array.from({ length: 33 }, (_, i) => i * 0.75 + Math.max(0, Math.min(4, i - 12)) * 0.1);
    expect(foldOctaves({ marks, seconds: marks, bars: new Array(8).fill(4) }).marks).toEqual(marks);
  });
});
