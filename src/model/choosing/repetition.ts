import { mean } from '../emotion/statistics.ts';
import { barOnsets } from '../tokens/bars.ts';
import { jaccard, MAX_RETURN } from '../tokens/form.ts';
import type { Words } from '../tokens/vocabulary.ts';

/**
 * How much bars return: for each bar from the second, the largest Jaccard similarity of its (position, pitch) onsets with
 * those of any of the sixteen bars before; the mean of them. 0 with fewer than two bars.
 */
export function barRepetition(words: Words): number {
  const bars = barOnsets(words).map((onsets) => new Set(onsets));
  return mean(
    bars.slice(1).map((bar, i) => {
      let best = 0;
      for (let back = Math.max(0, i + 1 - MAX_RETURN); back <= i; back++)
        best = Math.max(best, jaccard(bar, bars[back]));
      return best;
    }),
  );
}
