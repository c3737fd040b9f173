import type { Guidance } from './plan.ts';

/** How strongly the emotion is enforced: intensity 0 (a hint), 1 (as the weights suggest), 2 (insist). */
export function guidanceOf(intensity: number, suggested: Guidance): Guidance {
  const strength = (usual: number): number =>
    intensity <= 1 ? 0.5 + (usual - 0.5) * intensity : usual + (intensity - 1) * 1.5;
  return { prior: strength(suggested.prior), decoder: strength(suggested.decoder) };
}
