import type { Ask } from '../../contract/document.ts';
import { MAX_BPM, MIN_BPM } from '../../model/muser/conditions.ts';
import { secondsOf } from '../../model/music/measures.ts';
import type { Piece } from '../../model/music/piece.ts';
import { progressionOf } from './progression.ts';

/** Where what is asked may look: the clip that is shown, and the tempo that the DAW sends. */
export interface AskContext {
  readonly piece: Piece | null;
  readonly dawBpm: number | null;
  /** True if parts of the clip are kept: its chords are then kept as they are, not asked for. */
  readonly rewrites: boolean;
}

/** A piece's mean tempo, beats a minute. */
export function meanTempo(piece: Piece): number {
  const beats = piece.barBeats.reduce((sum, count) => sum + count, 0);
  const seconds = secondsOf(piece);
  return seconds > 0 ? (beats * 60) / seconds : 120;
}

/** The tempo that is followed, as the model can play it; null where there is none to follow. */
export function followedTempo(ask: Ask, { piece, dawBpm }: AskContext): number | null {
  const bpm = ask.follow === 'daw' ? dawBpm : ask.follow === 'clip' && piece ? meanTempo(piece) : null;
  if (bpm === null || bpm <= 0) return null;
  let tempo = bpm;
  while (tempo > MAX_BPM) tempo /= 2;
  while (tempo < MIN_BPM) tempo *= 2;
  return Math.round(tempo * 10) / 10;
}

/** What is asked with nothing left to look up: tempo and chords are said, so that it can be asked again elsewhere. */
export function resolveAsk(ask: Ask, context: AskContext): Ask {
  const followed = ask.follow === 'none' ? ask.tempo : followedTempo(ask, context);
  const resolved: Ask = { ...ask, tempo: followed, follow: 'none' };
  if (ask.chords !== 'keep' || context.rewrites) return resolved;
  const { piece } = context;
  const progression = piece && progressionOf(piece, ask.beatsPerBar);
  if (!piece || !progression) return { ...resolved, chords: 'free' };
  return { ...resolved, chords: 'typed', progression, key: ask.key ?? piece.key };
}
