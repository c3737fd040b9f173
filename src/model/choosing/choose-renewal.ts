import type { Emotion } from '../muser/emotion-embedding.ts';
import type { Muser } from '../muser/muser.ts';
import { type RewriteJob, type RewrittenPart, rewrite } from '../muser/rewrite.ts';
import type { SessionOptions, WordListener } from '../muser/session.ts';
import type { Piece } from '../music/piece.ts';
import { indexBars } from '../tokens/bars.ts';
import { cutBars } from '../tokens/segment.ts';
import { ELEMENTS, WORD_WIDTH, type Words } from '../tokens/vocabulary.ts';
import { checkBestOf } from './best-of.ts';
import { type Choice, chooseAmong } from './candidates.ts';
import type { Listen } from './judgement.ts';
import { aimFor } from './real-clips.ts';
import type { Reference } from './reference.ts';
import { judgeRenewal, type RenewedBars, type RenewedPiece, writesNotes } from './renewal-judgement.ts';

export interface ChosenRenewal {
  /** The whole piece, with the new bars. */
  readonly piece: Piece;
  /** null where there was a single candidate: nothing was compared. */
  readonly choice: Choice | null;
}

export interface ChooseRenewalOptions extends SessionOptions {
  readonly bestOf: number;
  readonly listen: Listen;
  readonly reference: Reference;
  /** Puts the bars of the job back into the piece that they are from. */
  readonly assemble: (words: Words) => Piece;
  /** The piece's bar that is the first of the job. */
  readonly firstBar: number;
  readonly onWord?: WordListener;
}

/**
 * Writes part of a piece anew, `bestOf` times side by side, and keeps the best; copies of training clips are replaced, as in
 * chooseTake. With one candidate: what the seed gives.
 *
 * @param job the part with bars around it, cut from the piece at `firstBar`
 */
export async function chooseRenewal(
  muser: Muser,
  job: RewriteJob,
  seed: number,
  { bestOf, listen, reference, assemble, firstBar, ...options }: ChooseRenewalOptions,
): Promise<ChosenRenewal> {
  checkBestOf(bestOf);
  if (bestOf === 1) {
    const [{ words }] = await rewrite(muser, job, [seed], options);
    return { piece: assemble(words), choice: null };
  }
  const bars: RenewedBars = {
    fromBar: job.fromBar + firstBar,
    toBar: job.toBar + firstBar,
    renew: job.renew,
    asked: [...new Array<Emotion>(firstBar).fill(job.emotion[0]), ...job.emotion],
  };
  // What is usual of a word is known for words that are new in all elements.
  const all = ELEMENTS.every((element) => job.renew.has(element));
  const middle = job.emotion[Math.min(job.emotion.length - 1, (job.fromBar + job.toBar) >> 1)];
  const aim = all && reference.real ? aimFor(reference.real, middle) : null;
  const candidateOf = (part: RewrittenPart): RenewedPiece => {
    const fresh = cutBars(part.words, indexBars(part.words), job.fromBar, job.toBar);
    const shared = writesNotes(job.renew) ? (reference.runs?.sharedNotes(fresh) ?? 0) : 0;
    const piece = assemble(part.words);
    return { seed: part.seed, piece, sharedNotes: shared, likelihood: perUnit(part, fresh) };
  };
  const { chosen, choice } = await chooseAmong(
    seed,
    bestOf,
    async (seeds) => (await rewrite(muser, job, seeds, options)).map(candidateOf),
    (candidate) => judgeRenewal(candidate, bars, listen, aim),
  );
  return { piece: chosen.piece, choice };
}

/** Log probabilities a new word and a new beat: what is kept weighs the less the more is new. */
function perUnit({ likelihood }: RewrittenPart, fresh: Words): RenewedPiece['likelihood'] {
  const beats = indexBars(fresh).beats.reduce((sum, n) => sum + n, 0);
  return {
    words: (likelihood.words * WORD_WIDTH) / fresh.length,
    codes: likelihood.codes / beats,
    kept: likelihood.kept / beats,
  };
}
