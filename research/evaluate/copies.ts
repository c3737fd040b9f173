import { noteMoves } from '../../src/model/choosing/note-moves.ts';
import { RunIndex } from '../evaluation/copying.ts';
import type { HeardClip } from './generation.ts';
import { type Context, ofSplit } from './section.ts';

/** Longest runs of notes that clips share with the training data, one number a clip, in rising order. */
export type Runs = readonly number[];

/** All training clips, sorted for the search: takes a while, so it is made once a run. */
export const trainingRuns = ({ emopia, pop1k7 }: Context): RunIndex =>
  new RunIndex(ofSplit([...emopia, ...pop1k7], 'train').map((clip) => noteMoves(clip.words)));

export const runsOf = (index: RunIndex, clips: readonly Pick<HeardClip, 'moves'>[]): Runs =>
  clips.map((clip) => index.longestRun(Int32Array.from(clip.moves))).sort((a, b) => a - b);
