import type { Key, Piece } from './piece.ts';

/** The key in force at a beat, by which its chords are spelled. */
export const keyAt = ({ key, keys }: Pick<Piece, 'key' | 'keys'>, beat: number): Key =>
  keys?.findLast((change) => change.beat <= beat)?.key ?? key;
