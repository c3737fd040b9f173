import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { Piece, PieceNote } from '../../src/model/music/piece.ts';

/** A little tune of our own: an arpeggio over I, vi, IV, V, as long as asked. */
export function tune(bars: number, tonic = 60): Piece {
  const roots = [0, 9, 5, 7];
  const notes: PieceNote[] = [];
  for (let bar = 0; bar < bars; bar++) {
    const root = tonic + roots[bar % 4];
    for (let i = 0; i < 8; i++) {
      notes.push({
        step: bar * 16 + i * 2,
        pitch: root + [0, 7, 12, 16][i % 4],
        duration: 2,
        velocity: 60 + 5 * (i % 4),
      });
    }
    notes.push({ step: bar * 16, pitch: root - 24, duration: 16, velocity: 70 });
  }
  notes.sort((a, b) => a.step - b.step || a.pitch - b.pitch);
  return {
    key: { tonic: 0, mode: 'major' },
    barBeats: Array(bars).fill(4),
    notes,
    tempos: [{ beat: 0, bpm: 96 }],
    chords: [],
  };
}

export const tuneFile = (name: string, bars: number, tonic?: number) => ({
  name,
  mimeType: 'audio/midi',
  buffer: Buffer.from(writeMidi(tune(bars, tonic), { name })),
});
