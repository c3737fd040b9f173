import { heardNotes } from '../choosing/heard.ts';
import type { Piece } from '../music/piece.ts';
import type { VoiceTagger } from './tagger.ts';

/** The piece with a voice for every note: the one that it has, or the tagger's. */
export function withVoices(piece: Piece, tagger: Pick<VoiceTagger, 'label'>): Piece {
  if (piece.notes.every(({ voice }) => voice)) return piece;
  const found = tagger.label(heardNotes(piece));
  return { ...piece, notes: piece.notes.map((note, i) => ({ ...note, voice: note.voice ?? found[i] })) };
}
