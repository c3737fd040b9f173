import type { Key } from '../model/music/piece.ts';
import type { WrittenBar } from '../model/tokens/read-bar.ts';
import { type Infer, number, object } from '../model/validate.ts';
import { askSchema, type Emotion, emotionSchema, seedSchema } from './document.ts';
import type { Position } from './midi.ts';

/** What window and host say to each other about live music: written as it is played, until it is stopped. */

/** The emotion, the key, the tempo and the limits of `ask` are taken; how long it is and how many takes are not. */
export const liveStartSchema = object({ ask: askSchema, seed: seedSchema });
export type LiveStart = Infer<typeof liveStartSchema>;

export const liveEmotionSchema = object({ emotion: emotionSchema, intensity: number(0, 2) });
export type LiveEmotion = Infer<typeof liveEmotionSchema>;

export interface LiveState {
  /** `waiting`: for the DAW to start. `recovering`: the engine was lost, what was last written is repeated meanwhile. */
  phase: 'off' | 'starting' | 'waiting' | 'playing' | 'recovering';
  /** True while a bar is repeated because the next one is not written yet. */
  behind: boolean;
  /** What happened, in words; empty where all is well. */
  message: string;
  /** Known once the first bar is being written. */
  key: Key | null;
  seed: number;
  beatsPerBar: number;
  model: string;
}

/** A bar that was written, or written anew: bars that have not been heard may change. */
export interface LiveBar {
  /** From 0. */
  index: number;
  bar: WrittenBar;
  emotion: Emotion;
  /** What sounds was changed from this beat on; absent: the bar is new from its start. */
  fromBeat?: number;
}

/** Ten times a second while live music plays. */
export type LivePosition = Position;

/** For a window that was loaded while it plays: the last bars, the coming ones too. */
export interface LiveSnapshot {
  state: LiveState;
  bars: LiveBar[];
}

/** Bars that host and window remember. */
export const LIVE_BARS = 64;

export const LIVE_OFF: LiveState = {
  phase: 'off',
  behind: false,
  message: '',
  key: null,
  seed: 0,
  beatsPerBar: 4,
  model: '',
};
