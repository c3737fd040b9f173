import type { Emotion } from '../muser/emotion-embedding.ts';
import type { Words } from '../tokens/vocabulary.ts';

/** Likes some bars better than others while they are written: a learnt judge of music, say. */
export interface BarJudge {
  /**
   * How well each candidate's bars [first, last) are liked, knowing those before them; more is better.
   * @param candidates the bars so far of each, in the model's own words, Bar word first. A bar that several have in common is one
   * and the same array, call after call, so that what is known of it can be kept.
   * @param asked what a bar of a candidate is to feel like; null: nothing is asked
   */
  scores(
    candidates: readonly (readonly Words[])[],
    first: number,
    last: number,
    asked: (candidate: number, bar: number) => Emotion | null,
  ): ArrayLike<number>;
}

/** Every few bars so many candidates go on from the same state, and the one that the judge likes best is gone on with. */
export interface Choosing {
  readonly judge: BarJudge;
  /** 1 or more; 1: nothing is chosen. */
  readonly candidates: number;
}
