import type { Position, TransportState } from '../protocol.ts';
import type { Performance } from './performance.ts';

/** Where the music is while it does not play, and at which tempo it will. */
export interface Standing {
  readonly beat: number;
  /** Beat of the take where play goes on. */
  readonly resume: number;
  readonly bpm: number;
}

/** Where the music is, for people. */
export function readPosition(
  transport: TransportState,
  performance: Performance,
  standing: Standing,
  now: number,
): Position {
  const playing = transport === 'playing';
  const beat = playing ? performance.beatAt(now) : standing.beat;
  const placed = playing ? performance.placedAt(beat) : null;
  return {
    transport,
    beat: Math.max(0, beat),
    bar: placed?.index ?? 0,
    beatInBar: placed ? Math.max(0, beat - placed.start) : standing.resume,
    bpm: playing ? performance.bpmAt(now) : standing.bpm,
    repeating: placed?.repeated ?? false,
  };
}
