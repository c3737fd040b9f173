import { slope } from '../../src/model/emotion/statistics.ts';
import type { Element, Words } from '../../src/model/tokens/vocabulary.ts';
import { type BeatStatistics, beatStatistics } from './beat-statistics.ts';

/** The statistic that shows each element; chord is a name and is compared, not subtracted. */
const STATISTIC_OF: Readonly<Record<Element, keyof BeatStatistics>> = {
  tempo: 'tempo',
  chord: 'chord',
  barBeat: 'onset',
  type: 'count',
  pitch: 'pitch',
  duration: 'duration',
  velocity: 'velocity',
};

/** A host A, a donor B, and what came out; beat for beat the same length. */
export interface Swap {
  readonly a: Words;
  readonly b: Words;
  readonly out: Words;
}

/**
 * How far the element of the output has gone from A (0) to B (1): the slope of (out - A) on (B - A) over all beats that
 * have the statistic in all three. For chords: the share of beats where A and B differ that took B's.
 */
export function movement(swaps: readonly Swap[], element: Element): number {
  const statistic = STATISTIC_OF[element];
  const triples = swaps.flatMap(({ a, b, out }) => {
    const [as, bs, os] = [a, b, out].map(beatStatistics);
    return as
      .slice(0, Math.min(bs.length, os.length))
      .map((beat, i) => [beat[statistic], bs[i][statistic], os[i][statistic]] as const)
      .filter((values) => values.every(Number.isFinite));
  });
  if (element === 'chord') {
    const apart = triples.filter(([a, b]) => a !== b);
    return apart.filter(([, b, out]) => out === b).length / Math.max(1, apart.length);
  }
  return slope(
    triples.map(([a, b]) => b - a),
    triples.map(([a, , out]) => out - a),
  );
}
