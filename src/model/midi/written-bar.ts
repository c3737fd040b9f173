import { STEPS_PER_BEAT } from '../music/piece.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import type { Bar } from './bar.ts';

/** A bar that was written as one that is played. */
export function playableBar({ beats, notes, tempos }: WrittenBar): Bar {
  return {
    beats,
    notes: notes.map(({ step, pitch, duration, velocity }) => ({
      beat: step / STEPS_PER_BEAT,
      length: duration / STEPS_PER_BEAT,
      pitch,
      velocity,
    })),
    tempos,
  };
}
