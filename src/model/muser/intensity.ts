import type { ModelConfig } from '../weights/config.ts';
import type { Guidance } from './plan.ts';

/** How strongly the emotion is enforced: intensity 0 (a hint), 1 (as the weights suggest), 2 (insist). */
export function guidanceOf(intensity: number, { sampling }: ModelConfig): Guidance {
  const strength = (suggested: number): number =>
    intensity <= 1 ? 0.5 + (suggested - 0.5) * intensity : suggested + (intensity - 1) * 1.5;
  return { prior: strength(sampling.priorGuidance), decoder: strength(sampling.decoderGuidance) };
}
