import { barOnsets } from './bars.ts';
import type { Words } from './vocabulary.ts';

/** The furthest bar back that a bar can be said to return. */
export const MAX_RETURN = 16;
const LEAST_SIMILARITY = 0.5;

/**
 * Return distance of each bar, 0..16: how many bars back the bar lies that this one repeats, 0 if none. The bar back with
 * the largest Jaccard similarity of (position, pitch value) onsets, the nearest of equals, if it reaches one half.
 */
export const returnDistances = (words: Words): number[] => returnDistancesOf(barOnsets(words));

/** As returnDistances, from the onsets of each bar (see barOnsets). */
function returnDistancesOf(bars: readonly (readonly number[])[]): number[] {
  const sets = bars.map((onsets) => new Set(onsets));
  return sets.map((set, bar) => {
    let best = 0;
    let bestSimilarity = 0;
    for (let distance = 1; distance <= Math.min(MAX_RETURN, bar); distance++) {
      const similarity = jaccard(set, sets[bar - distance]);
      if (similarity > bestSimilarity) {
        bestSimilarity = similarity;
        best = distance;
      }
    }
    return bestSimilarity >= LEAST_SIMILARITY ? best : 0;
  });
}

/** Shared members over all members; 0 if either set is empty. */
export function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const member of a) if (b.has(member)) shared++;
  return shared / (a.size + b.size - shared);
}
