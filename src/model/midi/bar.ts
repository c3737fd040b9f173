import type { Voice } from '../music/voices.ts';

export type { Voice } from '../music/voices.ts';

/** One note of a bar that is ready to be played. Beats are quarter notes from the start of the bar. */
export interface BarNote {
  readonly beat: number;
  /** Sounding length in beats, above 0; may reach over the bar line. */
  readonly length: number;
  readonly pitch: number;
  /** 1..127 */
  readonly velocity: number;
  /** Absent: found from the texture (see voices.ts). */
  readonly voice?: Voice;
  /** 1..16: the channel that a file names, whatever the routing says. */
  readonly channel?: number;
}

/** Any other channel message of a file, sent as it is: status byte first, channels 0..15. */
export interface BarMessage {
  readonly beat: number;
  readonly bytes: readonly number[];
}

/** The sustain pedal goes down or up at this beat of the bar. */
export interface BarPedal {
  readonly beat: number;
  readonly down: boolean;
}

/** The emotion from this beat of the bar on; valence and arousal -1..1. */
export interface BarEmotion {
  readonly beat: number;
  readonly valence: number;
  readonly arousal: number;
}

/** The unit that sources deliver and the player plays: one bar, in beats, free of any clock. */
export interface Bar {
  /** Length in quarter-note beats, above 0. */
  readonly beats: number;
  /** Sorted by beat. */
  readonly notes: readonly BarNote[];
  readonly pedal?: readonly BarPedal[];
  /** Tempo changes inside the bar; without one at beat 0 the tempo in force goes on. */
  readonly tempos?: readonly { readonly beat: number; readonly bpm: number }[];
  readonly emotion?: readonly BarEmotion[];
  readonly messages?: readonly BarMessage[];
}

/** A finished stretch of music: what an editor, a file or a chosen variation hands to the player. */
export interface Take {
  readonly id: string;
  /** Shown to people. */
  readonly name: string;
  readonly bars: readonly Bar[];
}
