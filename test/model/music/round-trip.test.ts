import { expect, it } from 'vitest';
import { importPiece } from '../../../src/model/music/import.ts';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import { writeMidi } from '../../../src/model/music/midi-out.ts';
import { randomPiece } from './generated-piece.ts';

it.each([0, 1] as const)('a piece written as type %i and imported again is the same piece', (type) => {
  for (let seed = 1; seed <= 150; seed++) {
    const piece = randomPiece(seed);
    const { piece: back, isPerformance } = importPiece(parseMidi(writeMidi(piece, { type }), 'song.mid'));
    expect(isPerformance).toBe(false);
    expect(back.notes, `seed ${seed}`).toEqual(piece.notes);
    expect(back.barBeats, `seed ${seed}`).toEqual(piece.barBeats);
    expect(back.tempos, `seed ${seed}`).toEqual(piece.tempos);
    expect(back.pedal, `seed ${seed}`).toEqual(piece.pedal);
  }
});

it('key and chords come back from music that has them', () => {
  const triad = (step: number, pitches: number[]) =>
    pitches.map((pitch) => ({ step, pitch, duration: 8, velocity: 80 }));
  const bars = [
    [45, 60, 64, 69],
    [50, 62, 65, 69],
    [52, 62, 68, 71],
    [45, 60, 64, 69],
  ];
  const piece = {
    key: { tonic: 9, mode: 'minor' as const },
    barBeats: [4, 4, 4, 4],
    notes: bars.flatMap((pitches, bar) => [...triad(bar * 16, pitches), ...triad(bar * 16 + 8, pitches)]),
    tempos: [{ beat: 0, bpm: 90 }],
    chords: [
      { beat: 0, chord: { root: 9, quality: 'min' as const, bass: 9 } },
      { beat: 4, chord: { root: 2, quality: 'min' as const, bass: 2 } },
      { beat: 8, chord: { root: 4, quality: '7' as const, bass: 4 } },
      { beat: 12, chord: { root: 9, quality: 'min' as const, bass: 9 } },
    ],
  };
  const { file: _, ...back } = importPiece(parseMidi(writeMidi(piece), 'song.mid')).piece;
  expect(back).toEqual(piece);
});
