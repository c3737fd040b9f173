import type { Imported } from '../../contract.ts';
import type { Reading } from '../../document.ts';
import type { BeatTracker } from '../../model/music/beat-tracker.ts';
import { importPiece } from '../../model/music/import.ts';
import { parseMidi } from '../../model/music/midi-in.ts';
import type { Piece } from '../../model/music/piece.ts';

export type Hear = (piece: Piece) => Reading | null;

/** A MIDI file as a clip: its grid found or kept, its emotion heard bar by bar. */
export function importFile(
  { fileName, base64 }: { fileName: string; base64: string },
  hear: Hear,
  beatTracker?: BeatTracker,
): Imported {
  const song = parseMidi(new Uint8Array(Buffer.from(base64, 'base64')), fileName);
  const imported = importPiece(song, beatTracker ? { beatTracker } : {});
  return {
    name: fileName.replace(/\.midi?$/i, '').slice(0, 120) || 'clip',
    piece: plain(imported.piece),
    heard: hear(imported.piece),
    isPerformance: imported.isPerformance,
    certainty: imported.beatCertainty,
  };
}

/** Only what the contract knows of a piece, as plain arrays. */
export function plain(piece: Piece): Piece {
  const { key, barBeats, notes, tempos, chords, pedal } = piece;
  return {
    key: { tonic: key.tonic, mode: key.mode },
    barBeats: [...barBeats],
    notes: [...notes],
    tempos: [...tempos],
    chords: [...chords],
    ...(pedal ? { pedal: [...pedal] } : {}),
  };
}
