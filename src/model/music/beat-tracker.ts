import type { TimedNote } from './song.ts';

/** Beats found in a performance. */
export interface BeatGrid {
  /** Seconds, strictly rising; at least two, the first at or before the first note or within a beat after it. */
  readonly beatTimes: readonly number[];
  /** Index into `beatTimes` of each downbeat, rising. */
  readonly downbeats: readonly number[];
  /** Beats a bar, as found or as asked for. */
  readonly beatsPerBar: number;
  /** How sure the tracker is of the beats, 0 (a guess) to 1. */
  readonly certainty: number;
}

export interface TrackOptions {
  /** Bars of three beats instead of four. */
  readonly threeFour?: boolean;
}

/** Finds beats and downbeats in played notes, which are sorted by start. */
export interface BeatTracker {
  track(notes: readonly TimedNote[], options?: TrackOptions): BeatGrid;
}
