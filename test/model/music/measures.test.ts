import { describe, expect, it } from 'vitest';
import { measure, measureHeld, secondsOf } from '../../../src/model/music/measures.ts';
import { chordName, keyName, sharpsOf } from '../../../src/model/music/names.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { durationSteps } from '../../../src/model/music/quantize.ts';
import { smoothTempo } from '../../../src/model/music/tempo-curve.ts';

const note = (step: number, pitch: number, duration: number, velocity = 60) => ({
  step,
  pitch,
  duration,
  velocity,
});
const PIECE: Piece = {
  key: { tonic: 0, mode: 'major' },
  barBeats: [4, 4, 4],
  // Two pitches for a beat, one of them for another; a bar of nothing; one pitch.
  notes: [note(0, 60, 4), note(0, 67, 8), note(32, 72, 4, 90)],
  tempos: [
    { beat: 0, bpm: 60 },
    { beat: 8, bpm: 120 },
  ],
  chords: [],
};

describe('measures', () => {
  it('follow their definitions', () => {
    expect(measure(PIECE)).toEqual({
      pitchRange: 12,
      pitchClasses: 2,
      polyphony: 16 / 12,
      barPitchRange: 3.5,
      barPitchClasses: 1.5,
      barPolyphony: (12 / 8 + 1) / 2,
      notesPerSecond: 3 / 10,
      meanVelocity: 70,
    });
    expect(secondsOf(PIECE)).toBe(10);
  });

  it('cut notes at bar lines for the bars, and are 0 of nothing', () => {
    const held = [
      { pitch: 60, velocity: 1, start: 0, end: 6 },
      { pitch: 64, velocity: 1, start: 4, end: 8 },
    ];
    expect(measureHeld(held, [4, 8], 1).barPolyphony).toBe(1);
    expect(measureHeld(held, [4, 8], 1).polyphony).toBe(10 / 8);
    const nothing = Object.values(measure({ ...PIECE, notes: [] }));
    expect(nothing.every((value) => value === 0)).toBe(true);
  });
});

describe('tempo of beats', () => {
  const times = (intervals: number[]) => {
    const all = [0];
    for (const interval of intervals) all.push(all[all.length - 1] + interval);
    return all;
  };

  it('passes over a single odd beat and small changes, follows real ones', () => {
    expect(smoothTempo(times([0.5, 0.5, 0.9, 0.5, 0.5, 0.51, 0.49, 0.5]))).toEqual([{ beat: 0, bpm: 120 }]);
    const [before, after] = smoothTempo(times([...new Array(8).fill(0.5), ...new Array(8).fill(0.6)]));
    expect([before.bpm, after.beat]).toEqual([120, 8]);
    expect(after.bpm).toBeCloseTo(100, 9);
  });

  it('takes silent first beats at the tempo of the music', () => {
    expect(smoothTempo(times([3, 3, 3, 0.5, 0.5, 0.5, 0.5, 0.5]), 3)).toEqual([{ beat: 0, bpm: 120 }]);
  });
});

it('durations are half a step or whole ones from 1', () => {
  expect([0, 0.3, 0.74, 0.75, 1.4, 1.6, 15.8, 40].map(durationSteps)).toEqual([
    0.5, 0.5, 0.5, 1, 1, 2, 16, 40,
  ]);
});

it('keys spell their chords', () => {
  const cMinor = { tonic: 0, mode: 'minor' } as const;
  const eMajor = { tonic: 4, mode: 'major' } as const;
  expect([keyName(cMinor), sharpsOf(cMinor), sharpsOf(eMajor)]).toEqual(['C minor', -3, 4]);
  expect(chordName({ root: 3, quality: 'maj7', bass: 10 }, cMinor)).toBe('Ebmaj7/Bb');
  expect(chordName({ root: 8, quality: 'min' }, eMajor)).toBe('G#m');
  expect(chordName(null, cMinor)).toBe('N');
});
