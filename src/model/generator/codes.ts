/** Codes of a beat, group by group: the plan is the first code of each, the detail its further ones; null where they are withheld. */
export interface BeatCodes {
  readonly plan: ArrayLike<number>;
  readonly detail: readonly ArrayLike<number>[] | null;
}

export const planOnly = (plan: ArrayLike<number>): BeatCodes => ({ plan, detail: null });
