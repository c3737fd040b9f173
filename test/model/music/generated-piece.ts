import { CHORD_QUALITIES, type Piece, type PieceNote } from '../../../src/model/music/piece.ts';
import { random } from './midi-builder.ts';

/** A random piece whose every feature a MIDI file can hold: exact grid, tempo changes, bars of 1 to 4, pedal. */
export function randomPiece(seed: number): Piece {
  const next = random(seed);
  const pick = (size: number): number => Math.floor(next() * size);
  const barBeats = Array.from({ length: 3 + pick(6) }, () => (next() < 0.7 ? 4 : 1 + pick(4)));
  const beats = barBeats.reduce((sum, n) => sum + n, 0);
  const steps = beats * 4;
  const notes = new Map<number, PieceNote>();
  const put = (step: number): void => {
    const pitch = 36 + pick(50);
    notes.set(step * 128 + pitch, { step, pitch, duration: 1, velocity: 1 + pick(127) });
  };
  put(pick(barBeats[0] * 4));
  for (let i = 0; i < 40; i++) put(pick(steps));
  put(steps - 1 - pick(barBeats[barBeats.length - 1] * 4));
  const sorted = [...notes.values()].sort((a, b) => a.step - b.step || a.pitch - b.pitch);
  return {
    key: { tonic: pick(12), mode: next() < 0.5 ? 'major' : 'minor' },
    barBeats,
    notes: sorted.map((note, i) => {
      const again = sorted.find((other, j) => j > i && other.pitch === note.pitch)?.step ?? steps;
      const room = Math.min(again, steps) - note.step;
      const duration = next() < 0.2 ? 0.5 : Math.min(room, 1 + pick(16));
      return { ...note, duration };
    }),
    tempos: [
      { beat: 0, bpm: 60 + pick(100) },
      ...(next() < 0.5 ? [{ beat: 2 + pick(4), bpm: 161 + pick(30) }] : []),
    ],
    chords: [{ beat: 0, chord: { root: pick(12), quality: CHORD_QUALITIES[pick(11)] } }],
    ...(next() < 0.5 ? { pedal: [{ startStep: 2, endStep: 5.5 }] } : {}),
  };
}
