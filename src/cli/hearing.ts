import type { BeatTracker } from '../model/music/beat-tracker.ts';
import type { TimedNote } from '../model/music/song.ts';
import { loadBeatTracker } from './dataset/beat-tracker.ts';

export interface HeardEmotion {
  /** -1 (negative, calm) to 1 (positive, excited). */
  readonly valence: number;
  readonly arousal: number;
  readonly quadrant: 'Q1' | 'Q2' | 'Q3' | 'Q4';
  /** The same of each bar. */
  readonly perBar: readonly { readonly valence: number; readonly arousal: number }[];
}

/** The trained listeners; each is undefined where its weights are not installed. */
export interface Hearing {
  readonly beatTracker?: BeatTracker;
  /** Emotion of notes, whole and in bars; `barTimes` holds the start of each bar and the end of the last, in seconds. */
  readonly recognise?: (notes: readonly TimedNote[], barTimes: readonly number[]) => HeardEmotion;
}

/** Loads what is installed under resources/models. */
export function loadHearing(): Hearing {
  return { beatTracker: loadBeatTracker() };
}
