import { describe, expect, test } from 'vitest';
import { pieceSchema } from '../../../src/contract/document.ts';
import { writeMidi } from '../../../src/model/music/midi-out.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { importFile } from '../../../src/services/inference/analyse.ts';
import { requireFitsSong } from '../../../src/services/inference/fits-song.ts';

const note = (step: number) => ({ step, pitch: 60, duration: 4, velocity: 64 });
function piece(bars: number, bpm: number, notes = bars): Piece {
  return {
    key: { tonic: 0, mode: 'major' },
    barBeats: Array.from({ length: bars }, () => 4),
    notes: Array.from({ length: notes }, (_, i) => note(Math.floor((i * bars) / notes) * 16)),
    tempos: [{ beat: 0, bpm }],
    chords: [],
  };
}

describe('an import that no song could be saved with is refused in words', () => {
  test.each([
    [piece(4, 200_000), /x\.mid goes at 200000 beats a minute.*0\.1 to 100000/],
    [piece(4, 0.04), /x\.mid goes at 0\.0 beats a minute/],
    [piece(5000, 120), /x\.mid has 5,000 bars, and a clip holds 4,000/],
    [{ ...piece(4, 120), notes: [note(0), note(64)] }, /no note that begins behind its last bar/],
    [piece(100, 120, 200_001), /x\.mid has 200,001 notes, and a clip holds 200,000/],
  ])('%#', (wrong, words) => {
    expect(() => pieceSchema.check(wrong, 'piece')).toThrow();
    expect(() => requireFitsSong(wrong, 'x.mid')).toThrow(words);
  });

  test('a file is refused when it arrives', () => {
    const base64 = Buffer.from(writeMidi(piece(5000, 300))).toString('base64');
    expect(() => importFile({ fileName: 'x.mid', base64 }, () => null)).toThrow(/5,000 bars/);
  });

  test('and what fits passes', () => {
    expect(() => requireFitsSong(piece(4000, 999), 'x.mid')).not.toThrow();
  });
});
