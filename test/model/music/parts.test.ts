import { describe, expect, test } from 'vitest';
import {
  insertBars,
  joinPieces,
  repeatPiece,
  restBars,
  splitPiece,
  trimPiece,
} from '../../../src/model/music/parts.ts';
import type { Piece } from '../../../src/model/music/piece.ts';

const cMajor = { tonic: 0, mode: 'major' } as const;
const aMinor = { tonic: 9, mode: 'minor' } as const;
const C = { root: 0, quality: 'maj' } as const;
const F = { root: 5, quality: 'maj' } as const;

/** Two bars of four beats: a note on each bar's first beat, the first held over the bar line. */
const two: Piece = {
  key: cMajor,
  barBeats: [4, 4],
  notes: [
    { step: 0, pitch: 60, duration: 20, velocity: 80 },
    { step: 16, pitch: 65, duration: 4, velocity: 70 },
  ],
  tempos: [
    { beat: 0, bpm: 100 },
    { beat: 4, bpm: 90 },
  ],
  chords: [
    { beat: 0, chord: C },
    { beat: 4, chord: F },
  ],
  pedal: [{ startStep: 8, endStep: 24 }],
};
const waltz: Piece = {
  key: aMinor,
  barBeats: [3],
  notes: [{ step: 4, pitch: 69, duration: 4, velocity: 60 }],
  tempos: [{ beat: 0, bpm: 140 }],
  chords: [],
};

describe('laying pieces end to end', () => {
  test('each keeps its tempo, chords, key and pedal', () => {
    const joined = joinPieces([two, waltz, two]);
    expect(joined.barBeats).toEqual([4, 4, 3, 4, 4]);
    expect(joined.notes.map(({ step }) => step)).toEqual([0, 16, 36, 44, 60]);
    expect(joined.tempos.map(({ beat, bpm }) => [beat, bpm])).toEqual([
      [0, 100],
      [4, 90],
      [8, 140],
      [11, 100],
      [15, 90],
    ]);
    // The waltz has no chord, and does not sound under the F before it.
    expect(joined.chords[2]).toEqual({ beat: 8, chord: null });
    expect(joined.keys).toEqual([
      { beat: 0, key: cMajor },
      { beat: 8, key: aMinor },
      { beat: 11, key: cMajor },
    ]);
    expect(joined.pedal).toEqual([
      { startStep: 8, endStep: 24 },
      { startStep: 52, endStep: 68 },
    ]);
  });

  test('written metres hold for those that write none', () => {
    const sixFour: Piece = { ...two, metres: [{ beat: 0, numerator: 8, denominator: 4 }] };
    expect(joinPieces([sixFour, waltz]).metres).toEqual([
      { beat: 0, numerator: 8, denominator: 4 },
      { beat: 8, numerator: 3, denominator: 4 },
    ]);
  });

  test('eighths and quarters do not go together, in words', () => {
    expect(() => joinPieces([two, { ...waltz, beatValue: 8 }])).toThrow(/count in eighths/);
  });

  test('a repeat is the same music again', () => {
    const thrice = repeatPiece(two, 3);
    expect(thrice.barBeats).toHaveLength(6);
    expect(trimPiece(thrice, 2, 4)).toEqual(trimPiece(two, 0, 2));
    expect(() => repeatPiece(two, 0)).toThrow(/whole number/);
  });
});

describe('cutting', () => {
  test('what rings on is damped where the clip ends', () => {
    const first = trimPiece(two, 0, 1);
    expect(first.notes).toEqual([{ step: 0, pitch: 60, duration: 16, velocity: 80 }]);
    expect(first.pedal).toEqual([{ startStep: 8, endStep: 16 }]);
  });

  test('both halves of a split say what is in force', () => {
    const [a, b] = splitPiece(two, 1);
    expect(a.tempos).toEqual([{ beat: 0, bpm: 100 }]);
    expect(b.tempos).toEqual([{ beat: 0, bpm: 90 }]);
    expect(b.chords).toEqual([{ beat: 0, chord: F }]);
    expect(joinPieces([a, b]).barBeats).toEqual(two.barBeats);
  });

  test('no bars, or bars that are not there, are said', () => {
    expect(() => trimPiece(two, 1, 1)).toThrow(/do not lie within/);
    expect(() => trimPiece(two, 0, 3)).toThrow(/2 bars of this clip/);
    expect(() => splitPiece(two, 0)).toThrow(/within it/);
    expect(() => splitPiece(two, 2)).toThrow(/within it/);
  });
});

describe('making room', () => {
  test('behind the end nothing moves', () => {
    const grown = insertBars(two, 2, 3);
    expect(grown.barBeats).toEqual([4, 4, 4, 4, 4]);
    expect(grown.notes).toEqual(two.notes);
    expect(grown.tempos).toEqual(two.tempos);
  });

  test('before the start everything moves, and the tempo holds from the start on', () => {
    const grown = insertBars(two, 0, 1);
    expect(grown.notes.map(({ step }) => step)).toEqual([16, 32]);
    expect(grown.tempos).toEqual([
      { beat: 0, bpm: 100 },
      { beat: 8, bpm: 90 },
    ]);
    expect(grown.pedal).toEqual([{ startStep: 24, endStep: 40 }]);
  });

  test('in the middle a held note and the pedal end where the gap begins', () => {
    const grown = insertBars(two, 1, 2);
    expect(grown.notes.map(({ step, duration }) => [step, duration])).toEqual([
      [0, 16],
      [48, 4],
    ]);
    expect(grown.pedal).toEqual([{ startStep: 8, endStep: 16 }]);
    expect(grown.chords.map(({ beat }) => beat)).toEqual([0, 12]);
  });

  test('rests go on in key, metre and tempo', () => {
    expect(restBars(waltz, 2)).toMatchObject({
      key: aMinor,
      barBeats: [3, 3],
      tempos: [{ beat: 0, bpm: 140 }],
    });
  });
});
