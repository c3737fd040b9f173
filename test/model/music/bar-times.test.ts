import { expect, it } from 'vitest';
import { barTimes } from '../../../src/model/music/bar-times.ts';
import type { Piece } from '../../../src/model/music/piece.ts';

const piece = (barBeats: number[], tempos: Piece['tempos']): Piece => ({
  key: { tonic: 0, mode: 'major' },
  barBeats,
  tempos,
  chords: [],
  notes: [],
});

it('tells when each bar begins and the last one ends, with tempo changes between beats', () => {
  expect(barTimes(piece([4, 3], [{ beat: 0, bpm: 120 }]))).toEqual([0, 2, 3.5]);
  // Half a second a beat up to beat 2.5, a whole one from there on.
  const slower = [
    { beat: 0, bpm: 120 },
    { beat: 2.5, bpm: 60 },
  ];
  expect(barTimes(piece([4, 1], slower))).toEqual([0, 2.75, 3.75]);
  expect(barTimes(piece([], []))).toEqual([0]);
});
