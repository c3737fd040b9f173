import type { Emotion } from './emotion-embedding.ts';
import type { LanePlan } from './plan.ts';

/**
 * What a model hears in place of what is asked. EMOPIA's bright clips are livelier and its lively ones darker than the
 * middle of the plane says, so that each slider drags the other dimension along in listeners' ears; this takes it back.
 */
export interface Bend {
  /** Added to the arousal for each unit of valence. */
  readonly arousalByValence: number;
  /** Added to the valence for each unit of arousal. */
  readonly valenceByArousal: number;
}

const within = (value: number): number => Math.max(-1, Math.min(1, value));

export const bentEmotion = ({ valence, arousal }: Emotion, bend: Bend): Emotion => ({
  valence: within(valence + bend.valenceByArousal * arousal),
  arousal: within(arousal + bend.arousalByValence * valence),
});

/** The same plan for a model that hears emotions bent. */
export function bentPlan(plan: LanePlan, bend: Bend | null): LanePlan {
  if (!bend) return plan;
  return {
    ...plan,
    emotionOf: (bar, beat) => {
      const emotion = plan.emotionOf(bar, beat);
      return emotion && bentEmotion(emotion, bend);
    },
  };
}
