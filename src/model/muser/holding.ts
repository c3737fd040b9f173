import type { LanePlan } from './plan.ts';

/**
 * Music forgets its emotion: training saw pieces of 16 bars at the most at a time, and what a model writes settles, bar by bar,
 * towards the usual. Guidance of the prior holds it, the harder the longer it has gone on. The figures are in docs/model.md.
 */
const FORGETS_FROM_BAR = 16;
const FORGOTTEN_BY_BAR = 96;
const MOST_HOLD = 2;
/** Music without an end is not chosen from several, so it needs a hold from the start. */
const ENDLESS_HOLD = 1.4;

/** True if the hold is more than 1 anywhere. */
export const isHeld = ({ bars }: Pick<LanePlan, 'bars'>): boolean => bars === null || bars > FORGETS_FROM_BAR;

/** By what the strength of the prior's guidance is multiplied in a bar; 1 in takes of up to 16 bars. */
export function holdAt(plan: Pick<LanePlan, 'bars'>, bar: number): number {
  if (!isHeld(plan)) return 1;
  const least = plan.bars === null ? ENDLESS_HOLD : 1;
  const gone = (bar - FORGETS_FROM_BAR) / (FORGOTTEN_BY_BAR - FORGETS_FROM_BAR);
  return least + (MOST_HOLD - least) * Math.max(0, Math.min(1, gone));
}
