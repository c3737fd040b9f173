import { AffettoError } from '../model/error.ts';
import type { Piece } from '../model/music/piece.ts';
import { withVoices } from '../model/voices/piece-voices.ts';
import { installedVoiceTagger } from './installed.ts';

/** How the voices of written files lie on channels. */
export const VOICES_OPTIONS = { 'voices-on-channels': { type: 'boolean', default: false } } as const;

export const VOICES_USAGE =
  '  --voices-on-channels  melody on channel 1, what lies between on 2, bass on 3, each on a track of its own';

/**
 * What is written of a piece: as it is, or with a voice for every note. Throws an input error when voices are asked for and
 * the tagger's weights are not installed.
 */
export async function voicing(onChannels: boolean): Promise<(piece: Piece) => Piece> {
  if (!onChannels) return (piece) => piece;
  const voiceTagger = await installedVoiceTagger();
  if (!voiceTagger)
    throw new AffettoError(
      '--voices-on-channels needs the tagger of voices, and resources/models/voices is missing; fetch it again',
    );
  return (piece) => withVoices(piece, voiceTagger);
}
