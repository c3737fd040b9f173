import { describe, expect, it } from 'vitest';
import { cutPiece, notesInBars } from '../../../src/model/music/cut-piece.ts';
import type { Piece } from '../../../src/model/music/piece.ts';

const note = (step: number) => ({ step, pitch: 60, duration: 2, velocity: 64 });
const piece: Piece = {
  key: { tonic: 2, mode: 'minor' },
  barBeats: [4, 3, 4],
  notes: [0, 15, 16, 27, 28, 40].map(note),
  tempos: [
    { beat: 0, bpm: 100 },
    { beat: 5, bpm: 90 },
  ],
  chords: [
    { beat: 2, chord: { root: 2, quality: 'min' } },
    { beat: 7, chord: null },
  ],
  pedal: [
    { startStep: 0, endStep: 10 },
    { startStep: 12, endStep: 30 },
  ],
};

describe('bars of a piece', () => {
  it('begin at 0 and keep what is in force', () => {
    expect(cutPiece(piece, 1, 2)).toEqual({
      key: piece.key,
      barBeats: [3],
      notes: [note(0), note(11)],
      tempos: [
        { beat: 0, bpm: 100 },
        { beat: 1, bpm: 90 },
      ],
      chords: [{ beat: 0, chord: { root: 2, quality: 'min' } }],
      pedal: [{ startStep: 0, endStep: 12 }],
    });
  });

  it('are all of it where all bars are taken', () => {
    expect(cutPiece(piece, 0, 3)).toEqual(piece);
  });

  it('beyond its ends are none', () => {
    expect(notesInBars(piece, -4, 1)).toEqual([note(0), note(15)]);
    expect(notesInBars(piece, 3, 9)).toEqual([]);
  });
});
