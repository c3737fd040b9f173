import type { Emotion } from './emotion-embedding.ts';
import type { Guidance } from './plan.ts';

/** An emotion, and how strongly it is enforced; absent: as the weights suggest. */
export interface Feeling {
  readonly emotion: Emotion;
  readonly guidance?: Guidance;
}

interface Turn {
  readonly bar: number;
  readonly beat: number;
  readonly feeling: Feeling;
}

/** How the feeling moves over the bars of music that is still being written. */
export class FeelingLine {
  #turns: Turn[];

  constructor(feeling: Feeling) {
    this.#turns = [{ bar: 0, beat: 0, feeling }];
  }

  /** In force at a beat of a bar, both from 0. */
  at(bar: number, beat: number): Feeling {
    return (this.#turns.findLast((turn) => !isAfter(turn, bar, beat)) ?? this.#turns[0]).feeling;
  }

  /**
   * From this beat of this bar on it is this feeling, whatever was to follow.
   * @returns whether that makes a difference there
   */
  turn(bar: number, beat: number, feeling: Feeling): boolean {
    const before = this.at(bar, beat);
    const earlier = this.#turns.filter((turn) => isAfter({ bar, beat }, turn.bar, turn.beat));
    const last = earlier.at(-1);
    this.#turns = last && isSame(last.feeling, feeling) ? earlier : [...earlier, { bar, beat, feeling }];
    return !isSame(before, feeling);
  }

  /** What was before this bar is not asked for any more. */
  forget(bar: number): void {
    const first = this.#turns.findLastIndex((turn) => !isAfter(turn, bar, 0));
    if (first > 0) this.#turns.splice(0, first);
  }
}

const isAfter = (turn: { bar: number; beat: number }, bar: number, beat: number): boolean =>
  turn.bar > bar || (turn.bar === bar && turn.beat > beat);

const isSame = (a: Feeling, b: Feeling): boolean =>
  a.emotion.valence === b.emotion.valence &&
  a.emotion.arousal === b.emotion.arousal &&
  a.guidance?.prior === b.guidance?.prior &&
  a.guidance?.decoder === b.guidance?.decoder;
