import { MAX_BARS, MAX_BPM, MAX_NOTES, MIN_BPM, pieceSchema } from '../../contract/document.ts';
import { requireInput } from '../../model/error.ts';
import type { Piece } from '../../model/music/piece.ts';

/** Refuses music that no song could be saved with, in words for musicians. */
export function requireFitsSong(piece: Piece, fileName: string): void {
  const count = (value: number): string => value.toLocaleString('en');
  requireInput(
    piece.notes.length <= MAX_NOTES,
    `${fileName} has ${count(piece.notes.length)} notes, and a clip holds ${count(MAX_NOTES)} at most. Open a part of it.`,
  );
  requireInput(
    piece.barBeats.length <= MAX_BARS,
    `${fileName} has ${count(piece.barBeats.length)} bars, and a clip holds ${count(MAX_BARS)} at most. Open a part of it.`,
  );
  const far = piece.tempos.find(({ bpm }) => !(bpm >= MIN_BPM && bpm <= MAX_BPM));
  requireInput(
    !far,
    `${fileName} goes at ${far?.bpm.toFixed(far.bpm < 10 ? 1 : 0)} beats a minute, and a clip goes at ${MIN_BPM} to ${MAX_BPM}. Halve or double its tempo, and open that.`,
  );
  // Whatever else there may be.
  pieceSchema.check(piece, fileName);
}
