import { type Conditions, checkConditions, emotionPath } from '../muser/conditions.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import { type GeneratedTake, type GenerateOptions, generateSeeds } from '../muser/generate.ts';
import type { Muser } from '../muser/muser.ts';
import { Random } from '../muser/random.ts';
import { checkBestOf } from './best-of.ts';
import { judge, type Listen, REASONS, type Reason, type Verdict } from './judgement.ts';
import { drawAim } from './real-clips.ts';
import type { Reference } from './reference.ts';

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

export interface ChosenTake extends GeneratedTake {
  /** null where the take is the only candidate: nothing was compared. */
  readonly choice: Choice | null;
}

export interface ChooseOptions extends Omit<GenerateOptions, 'takes' | 'seed'> {
  readonly bestOf: number;
  readonly listen: Listen;
  readonly reference: Reference;
}

/** The seed of a take's candidate: the first is the take's own. A candidate is what its seed gives by itself. */
export const candidateSeed = (seed: number, candidate: number): number =>
  candidate === 0 ? seed : new Random(seed, `candidate ${candidate}`).uint();

/**
 * Writes `bestOf` candidates of a take side by side and keeps the best. A candidate that copies a training clip is replaced
 * by another; after as many again the one that copies least is kept. With one candidate: what the seed gives.
 */
export async function chooseTake(
  muser: Muser,
  conditions: Conditions & { readonly bars: number },
  seed: number,
  { bestOf, listen, reference, ...options }: ChooseOptions,
): Promise<ChosenTake> {
  checkConditions(conditions);
  checkBestOf(bestOf);
  if (bestOf === 1) return { ...(await generateSeeds(muser, conditions, [seed], options))[0], choice: null };
  const aim = reference.real && drawAim(reference.real, meanEmotion(conditions), new Random(seed, 'aim'));
  const takes: GeneratedTake[] = [];
  const candidates: Verdict[] = [];
  for (let missing = bestOf; missing > 0 && takes.length < 2 * bestOf; ) {
    const count = Math.min(missing, 2 * bestOf - takes.length);
    const seeds = Array.from({ length: count }, (_, i) => candidateSeed(seed, takes.length + i));
    for (const take of await generateSeeds(muser, conditions, seeds, options)) {
      const shared = reference.runs?.sharedNotes(take.words) ?? 0;
      takes.push(take);
      candidates.push(judge(take, conditions, muser.config, listen(take.piece), aim, shared));
    }
    missing = bestOf - candidates.filter((candidate) => !candidate.rejected).length;
  }
  const winner = best(candidates);
  return {
    ...takes[winner],
    seed,
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

function meanEmotion({ emotion }: Conditions): Emotion {
  const path = emotionPath(emotion);
  const mean = (of: (point: Emotion) => number) => path.reduce((sum, p) => sum + of(p), 0) / path.length;
  return { valence: mean((p) => p.valence), arousal: mean((p) => p.arousal) };
}
