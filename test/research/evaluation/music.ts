import type { Key, Piece, PieceNote } from '../../../src/model/music/piece.ts';
import { pieceToWords } from '../../../src/model/tokens/encode.ts';
import type { Words } from '../../../src/model/tokens/vocabulary.ts';

const C: Key = { tonic: 0, mode: 'major' };

/** A piece in 4/4 at 120 bpm with one chord, from [step, pitch, duration, velocity] notes. */
export function pieceOf(
  notes: readonly (readonly [number, number, number, number])[],
  options: { bars?: number; bpm?: number; root?: number; key?: Key } = {},
): Piece {
  const { bars = 1, bpm = 120, root = 0, key = C } = options;
  return {
    key,
    barBeats: new Array<number>(bars).fill(4),
    notes: notes.map(([step, pitch, duration, velocity]): PieceNote => ({ step, pitch, duration, velocity })),
    tempos: [{ beat: 0, bpm }],
    chords: [{ beat: 0, chord: { root, quality: 'maj' } }],
  };
}

export const wordsOf = (...args: Parameters<typeof pieceOf>): Words => pieceToWords(pieceOf(...args));
