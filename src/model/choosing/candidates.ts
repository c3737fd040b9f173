import { Random } from '../muser/random.ts';
import { REASONS, type Reason, type Verdict } from './judgement.ts';

/** What became of a take's candidates; told with the take. */
export interface Choice {
  readonly bestOf: number;
  /** In the order of writing; more than `bestOf` where some were rejected as copies. */
  readonly candidates: readonly Verdict[];
  /** Index of the one that was kept. */
  readonly winner: number;
  /** What it was better in than the others, most of all; null where there was nothing to choose. */
  readonly reason: Reason | null;
}

/** The seed of a take's candidate: the first is the take's own. A candidate is what its seed gives by itself. */
export const candidateSeed = (seed: number, candidate: number): number =>
  candidate === 0 ? seed : new Random(seed, `candidate ${candidate}`).uint();

/**
 * Writes `bestOf` candidates and keeps the best. One that was rejected is replaced by another; after as many again the one
 * that copies least is kept.
 *
 * @param write a candidate a seed, side by side
 */
export async function chooseAmong<T>(
  seed: number,
  bestOf: number,
  write: (seeds: readonly number[]) => Promise<readonly T[]>,
  judge: (candidate: T) => Verdict,
): Promise<{ readonly chosen: T; readonly choice: Choice }> {
  const written: T[] = [];
  const candidates: Verdict[] = [];
  for (let missing = bestOf; missing > 0 && written.length < 2 * bestOf; ) {
    const count = Math.min(missing, 2 * bestOf - written.length);
    const seeds = Array.from({ length: count }, (_, i) => candidateSeed(seed, written.length + i));
    for (const candidate of await write(seeds)) {
      written.push(candidate);
      candidates.push(judge(candidate));
    }
    missing = bestOf - candidates.filter((candidate) => !candidate.rejected).length;
  }
  const winner = best(candidates);
  return {
    chosen: written[winner],
    choice: { bestOf, candidates, winner, reason: reasonOf(candidates, winner) },
  };
}

/** The least cost of those that were not rejected; if all were, the shortest copy. */
function best(candidates: readonly Verdict[]): number {
  const order = candidates.map((_, i) => i);
  const rank = (i: number): number => (candidates[i].rejected ? candidates[i].sharedNotes : 0);
  return order.sort((a, b) => rank(a) - rank(b) || candidates[a].cost - candidates[b].cost || a - b)[0];
}

/** What sets the winner apart: the reason by which it is furthest below the mean of the others. */
function reasonOf(candidates: readonly Verdict[], winner: number): Reason | null {
  const others = candidates.filter((candidate, i) => i !== winner && !candidate.rejected);
  if (others.length === 0) return null;
  const gain = (reason: Reason): number =>
    others.reduce((sum, { costs }) => sum + costs[reason], 0) / others.length -
    candidates[winner].costs[reason];
  return REASONS.reduce((a, b) => (gain(b) > gain(a) ? b : a));
}
