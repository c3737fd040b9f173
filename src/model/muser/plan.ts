import type { Element } from '../tokens/vocabulary.ts';
import type { Emotion } from './emotion-embedding.ts';
import type { Steer } from './steering.ts';

/** Music that a lane keeps to: the words of a bar, and the elements that may be written anew. */
export interface BarScript {
  /** The bar's words, Bar word first, each of seven values. */
  readonly words: readonly ArrayLike<number>[];
  /** Elements that are chosen by the model; the others keep their values. */
  readonly free: ReadonlySet<Element>;
  /** Chord and tempo values in force at each beat of the bar. */
  readonly chords: readonly number[];
  readonly tempos: readonly number[];
}

/** Strengths, 1 = none. */
export interface Guidance {
  readonly prior: number;
  readonly decoder: number;
}

/** What one lane of a session writes. Bars and beats count from 0; functions are asked as the music gets there. */
export interface LanePlan {
  readonly seed: number;
  /** 0 unknown, 1 major, 2 minor. */
  readonly mode: number;
  /** The mode of each bar, where it turns with the emotion; absent: `mode` throughout. */
  modeOf?(bar: number): number;
  /** Bars to write; null = for as long as it is asked. */
  readonly bars: number | null;
  /** True if the music should close at the last bar. */
  readonly ends: boolean;
  /** How many of the last bars know that the end is near; absent: as many as ever (ENDING_BARS). */
  readonly endingBars?: number;
  beatsOf(bar: number): number;
  /** At a beat of a bar, or at its start. */
  emotionOf(bar: number, beat?: number): Emotion | null;
  /** True if the emotion may move on the way: the prior is then pushed towards what is new (see turning.ts). */
  readonly moves?: boolean;
  /** How strongly the emotion is enforced there; absent: as the session's settings say, throughout. */
  guidanceOf?(bar: number, beat: number): Guidance;
  /** How many bars back the bar lies that this one returns to; absent or undefined: the prior decides. */
  formOf?(bar: number): number | undefined;
  /** Codes of a beat, one a book, -1 where the prior decides; null where it decides all; absent: it decides everywhere. */
  codesOf?(bar: number, beat: number): readonly number[] | null;
  /** True if codesOf leaves nothing to the prior. */
  readonly codesGiven?: boolean;
  /** For models with a code a word: the codes in order, one or one an element each. */
  readonly wordCodes?: readonly (readonly number[])[];
  /** Tempo value that is kept throughout. */
  readonly tempo?: number;
  scriptOf?(bar: number): BarScript | null;
  /** Pitch classes to choose from in a beat, 1 for each; where none is left, and where it is absent, any. */
  classesOf?(bar: number, beat: number): Uint8Array;
  /** Limits on the words, where no script keeps them; and the codes that fit them, 1 for each that the prior may choose. */
  readonly steer?: Steer;
  codeMaskOf?(bar: number, beat: number, book: number): Uint8Array | null;
}

/** Values of the state feature "mode". */
export const modeValue = (mode: 'major' | 'minor' | null): number =>
  mode === null ? 0 : mode === 'major' ? 1 : 2;

/** The mode value of a bar. */
export const modeAt = (plan: Pick<LanePlan, 'mode' | 'modeOf'>, bar: number): number =>
  plan.modeOf?.(bar) ?? plan.mode;

/** Bars before the end in which training told models that it is near. */
const ENDING_BARS = 4;

/** Bars of the piece as far as a bar may know: undefined while the end is unknown or too far to be felt. */
export function barsFeltAt(
  { ends, bars, endingBars = ENDING_BARS }: Pick<LanePlan, 'ends' | 'bars' | 'endingBars'>,
  bar: number,
): number | undefined {
  return ends && bars !== null && bars - bar <= endingBars ? bars : undefined;
}

/** How near the end a bar is: 1 = last … 4, 0 = further or unknown. */
export function endingOf(plan: Pick<LanePlan, 'ends' | 'bars' | 'endingBars'>, bar: number): number {
  const bars = barsFeltAt(plan, bar);
  return bars === undefined || bars - bar > ENDING_BARS ? 0 : Math.max(1, bars - bar);
}
