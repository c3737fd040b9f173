import type { Emotion } from '../muser/emotion-embedding.ts';
import type { Guidance } from '../muser/plan.ts';
import type { Steer } from '../muser/steering.ts';
import type { KeptBar } from './kept.ts';
import type { Metre } from './metre.ts';
import type { TuneNote } from './tune.ts';

/** What one piece is to be. */
export interface Script {
  /** The same seed gives the same music, alone or beside others. */
  readonly seed: number;
  /** null = for as long as it is asked. */
  readonly bars: number | null;
  readonly metre: Metre;
  /** null = not told. */
  emotionOf(bar: number, beat: number): Emotion | null;
  /** 1 major, 2 minor, 0 not told. */
  modeOf(bar: number): number;
  /** Bars to the end, the last bar included: 1..4; 0 = not told. */
  endingOf(bar: number): number;
  /** How strongly the emotion is enforced; absent: as the model is. */
  guidanceOf?(bar: number, beat: number): Guidance;
  /** Tempo value kept throughout; free where absent. */
  readonly tempo?: number;
  /** Limits on the words, where nothing is kept. */
  readonly steer?: Steer;
  /** Chord values that may be in force at a beat; null: any. */
  chordsAt?(bar: number, beat: number): readonly number[] | null;
  /** Codes that a group of a beat may take, 1 for each; null: any. */
  codeMaskOf?(bar: number, beat: number, group: number): Uint8Array | null;
  /** Codes of a beat's plan, -1 where they are chosen; null: all are. */
  codesOf?(bar: number, beat: number): ArrayLike<number> | null;
  /** How a bar comes back (returns.ts), where that is given; null: it is chosen. */
  returnOf?(bar: number): number | null;
  /** Music that a bar keeps to. */
  keptOf?(bar: number): KeptBar | null;
  /** The notes of a bar's melody, where they are given: no others are written. */
  tuneOf?(bar: number): readonly TuneNote[];
}
