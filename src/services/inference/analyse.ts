import type { Imported, ImportFile } from '../../contract/contract.ts';
import type { Reading } from '../../contract/document.ts';
import { AS_FOUND, type Correction, MOST_BPM } from '../../contract/import-source.ts';
import { requireInput } from '../../model/error.ts';
import { type ImportOptions, importPiece } from '../../model/music/import.ts';
import { parseMidi } from '../../model/music/midi-in.ts';
import type { Piece } from '../../model/music/piece.ts';
import { requireFitsSong } from './fits-song.ts';

export type Hear = (piece: Piece) => Reading | null;

/** A MIDI file as a clip: its grid found, kept or corrected, its emotion heard bar by bar. */
export function importFile(
  { fileName, base64, correction = AS_FOUND }: ImportFile,
  hear: Hear,
  { beatTracker, voiceTagger }: Pick<ImportOptions, 'beatTracker' | 'voiceTagger'> = {},
): Omit<Imported, 'fileId'> {
  const song = parseMidi(new Uint8Array(Buffer.from(base64, 'base64')), fileName);
  const options = optionsOf(correction);
  requireInput(
    beatTracker || correction.grid !== 'track',
    'No beat tracker is installed, so beats cannot be found by listening.',
  );
  const imported = importPiece(song, {
    ...options,
    ...(beatTracker ? { beatTracker } : {}),
    ...(voiceTagger ? { voiceTagger } : {}),
  });
  const piece = plain(imported.piece);
  requireFitsSong(piece, fileName);
  const free = options.freeTime || !beatTracker;
  return {
    name: fileName.replace(/\.(midi?|kar|rmi|smf)$/i, '').slice(0, 120) || 'clip',
    piece,
    heard: hear(imported.piece),
    grid: !imported.isPerformance ? 'file' : free ? 'free' : 'track',
    certainty: imported.beatCertainty,
    bpm: Math.min(MOST_BPM, Math.max(1, imported.bpm)),
    ...(song.passedOver.length ? { passedOver: [...song.passedOver] } : {}),
  };
}

function optionsOf({ grid, octave, shiftBeats, metre }: Correction): ImportOptions {
  return {
    grid: grid === 'free' ? 'track' : grid,
    freeTime: grid === 'free',
    ...(octave === 'found' ? {} : { octave }),
    shiftBeats,
    threeFour: metre === 3,
    fourFour: metre === 4,
  };
}

/** Only what the contract knows of a piece, as plain arrays. */
export function plain(piece: Piece): Piece {
  const { key, barBeats, notes, tempos, chords, pedal, ...rest } = piece;
  return {
    ...rest,
    key: { tonic: key.tonic, mode: key.mode },
    barBeats: [...barBeats],
    notes: [...notes],
    tempos: [...tempos],
    chords: [...chords],
    ...(pedal ? { pedal: [...pedal] } : {}),
  };
}
