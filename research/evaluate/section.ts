import type { SamplingSettings } from '../../src/model/muser/settings.ts';
import type { ApartJudge } from './apart-judge.ts';
import type { Clip } from './data.ts';
import type { Judge } from './judge.ts';
import type { Subject } from './models.ts';

/** How much is measured. */
export interface Sizes {
  /** Bars of a generated clip and of the excerpts that it is compared with. */
  readonly bars: number;
  /** Generated clips a quadrant. */
  readonly clips: number;
  /** Held-out clips that are reconstructed, of each source. */
  readonly reconstructed: number;
  /** Pairs of held-out clips for transfer. */
  readonly pairs: number;
  /** Takes at each of the nine steps of a slider. */
  readonly takes: number;
  /** Points on a map. */
  readonly points: number;
  /** Takes a quadrant that are to be told from real clips. */
  readonly apart: number;
}

export const FULL: Sizes = {
  bars: 8,
  clips: 100,
  reconstructed: 120,
  pairs: 40,
  takes: 48,
  points: 400,
  apart: 60,
};
export const QUICK: Sizes = { bars: 2, clips: 2, reconstructed: 3, pairs: 2, takes: 1, points: 12, apart: 5 };

/** Sampling beside the model's own; empty = as shipped. */
export interface Settings {
  readonly generate: SamplingSettings;
  readonly transfer: SamplingSettings;
}

export interface Context {
  readonly emopia: readonly Clip[];
  readonly pop1k7: readonly Clip[];
  readonly judges: readonly Judge[];
  readonly sizes: Sizes;
  readonly settings: Settings;
  readonly seed: number;
  /** Tells made clips from real ones, and where clips are written for it; null where nobody can be asked. */
  readonly apart: { readonly judge: ApartJudge; readonly folder: string } | null;
  readonly signal: AbortSignal;
  /** Tells people how far a section is. */
  show(section: string, done: number, total: number): void;
}

/** Names of what can be measured, in order. */
export const SECTIONS = [
  'generation',
  'reconstruction',
  'transfer',
  'modes',
  'sliders',
  'copies',
  'maps',
  'told-apart',
  'speed',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** One group of figures of one model; its answer is plain JSON and is kept, so that a run can go on. */
export interface Section<T> {
  readonly name: SectionName;
  run(subject: Subject, context: Context): Promise<T>;
}

export const ofSplit = (clips: readonly Clip[], split: Clip['split']): Clip[] =>
  clips.filter((clip) => clip.split === split);

/** `count` members spread evenly over a list, the same each time. */
export function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]);
}
