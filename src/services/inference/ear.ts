import type { BeatTracker } from '../../model/music/beat-tracker.ts';
import type { Hear } from './analyse.ts';

export interface Ear {
  /** null where no recogniser is installed. */
  hear: Hear;
  beatTracker?: BeatTracker;
}

/** What listens to music: the recogniser of emotion and the tracker of beats. */
export async function createEar(): Promise<Ear> {
  return { hear: () => null };
}
