import { STEPS_PER_BEAT } from '../music/piece.ts';
import { voicesOf } from '../music/voices.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import type { Bar } from './bar.ts';

/** A bar that was written as one that is played. Nothing falls before its bar line: the bar before may have been sent. */
export function playableBar({ beats, notes, tempos, pedal }: WrittenBar): Bar {
  const voices = voicesOf(notes);
  return {
    beats,
    notes: notes
      .map(({ step, pitch, duration, velocity, offset = 0 }, i) => ({
        beat: Math.max(0, step + offset) / STEPS_PER_BEAT,
        length: duration / STEPS_PER_BEAT,
        pitch,
        velocity,
        voice: voices[i],
      }))
      .sort((a, b) => a.beat - b.beat || a.pitch - b.pitch),
    tempos,
    ...(pedal && pedal.length > 0 ? { pedal } : {}),
  };
}
