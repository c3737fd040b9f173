import type { Voice } from '../../../model/midi/bar.ts';
import type { Routing } from '../protocol.ts';

export interface Routed {
  /** 0..15 */
  readonly channel: number;
  readonly pitch: number;
  readonly velocity: number;
}

/** Where a note goes, or null when its pitch is out of range and such notes are dropped. */
export function routeNote(routing: Routing, voice: Voice, pitch: number, velocity: number): Routed | null {
  const moved = intoRange(pitch + routing.transpose, routing.range);
  if (moved === null) return null;
  return { channel: channelOf(routing, voice), pitch: moved, velocity: shapeVelocity(routing, velocity) };
}

/** 0..15 */
function channelOf(routing: Routing, voice: Voice): number {
  return (routing.channels.kind === 'all' ? routing.channels.channel : routing.channels[voice]) - 1;
}

/** Every channel that notes can go to, 0..15: where the pedal has to go as well. */
export function usedChannels(routing: Routing): number[] {
  const voices: Voice[] = ['melody', 'chords', 'bass'];
  return [...new Set(voices.map((voice) => channelOf(routing, voice)))];
}

/** A power curve through 0 and 127: exponent 1/3 at curve 1, 3 at curve -1; then the limits. */
export function shapeVelocity(routing: Routing, velocity: number): number {
  const { curve, min, max } = routing.velocity;
  const shaped = 127 * (velocity / 127) ** (3 ** -curve);
  return Math.max(1, Math.max(min, Math.min(max, Math.round(shaped))));
}

/** Emotion -1..1 as a controller value 0..127; the middle is 64. */
export function emotionValue(emotion: number): number {
  return Math.max(0, Math.min(127, Math.round(64 + emotion * (emotion < 0 ? 64 : 63))));
}

function intoRange(pitch: number, range: Routing['range']): number | null {
  const low = Math.max(0, range.low);
  const high = Math.min(127, range.high);
  if (pitch >= low && pitch <= high) return pitch;
  if (range.outside === 'drop') return null;
  // A range under an octave may hold no note of this name.
  const folded =
    pitch < low ? pitch + 12 * Math.ceil((low - pitch) / 12) : pitch - 12 * Math.ceil((pitch - high) / 12);
  return folded >= low && folded <= high ? folded : null;
}
