import { requireInput } from '../error.ts';

/** Candidates that a take is chosen from where nothing else is asked. */
export const USUAL_BEST_OF = 4;
export const MOST_BEST_OF = 8;

/** Throws an input error unless a take can be chosen from so many candidates. */
export function checkBestOf(bestOf: number): void {
  requireInput(
    Number.isInteger(bestOf) && bestOf >= 1 && bestOf <= MOST_BEST_OF,
    `a take is the best of 1 to ${MOST_BEST_OF} candidates, got ${bestOf}`,
  );
}
