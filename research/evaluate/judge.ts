import type { HeardNote } from '../../src/model/emotion/heard-note.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';

/** Someone who hears valence and arousal in music. */
export interface Judge {
  readonly name: string;
  /** Changes whenever its weights do. */
  readonly version: string;
  hear(notes: readonly HeardNote[]): Emotion;
}

/** Answers of a judge beside what was asked. */
export interface Verdict {
  readonly asked: Emotion;
  readonly heard: Emotion;
}

export interface Accuracy {
  /** Share heard in the quadrant asked for. */
  readonly fourQ: number;
  readonly arousal: number;
  readonly valence: number;
  readonly clips: number;
}

export function accuracyOf(verdicts: readonly Verdict[]): Accuracy {
  const side = (of: (emotion: Emotion) => number) => (v: Verdict) => of(v.asked) > 0 === of(v.heard) > 0;
  const arousal = side((e) => e.arousal);
  const valence = side((e) => e.valence);
  const share = (test: (v: Verdict) => boolean) =>
    verdicts.filter(test).length / Math.max(1, verdicts.length);
  return {
    fourQ: share((v) => arousal(v) && valence(v)),
    arousal: share(arousal),
    valence: share(valence),
    clips: verdicts.length,
  };
}
