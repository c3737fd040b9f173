import type { MusicModel, RenewedPart, RenewJob, WriteOptions } from '../composing/music-model.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import type { Piece } from '../music/piece.ts';
import { ELEMENTS } from '../tokens/vocabulary.ts';
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

export interface ChooseRenewalOptions extends WriteOptions {
  readonly bestOf: number;
  readonly listen: Listen;
  readonly reference: Reference;
  /** Puts the bars of the job back into the piece that they are from. */
  readonly assemble: (part: Piece) => Piece;
}

/**
 * Writes part of a piece anew, `bestOf` times side by side, and keeps the best; copies of training clips are replaced, as in
 * chooseTake. With one candidate: what the seed gives.
 */
export async function chooseRenewal(
  model: Pick<MusicModel, 'renew'>,
  job: RenewJob,
  seed: number,
  { bestOf, listen, reference, assemble, ...options }: ChooseRenewalOptions,
): Promise<ChosenRenewal> {
  checkBestOf(bestOf);
  if (bestOf === 1) {
    const [{ piece }] = await model.renew(job, [seed], options);
    return { piece: assemble(piece), choice: null };
  }
  const { first, fromBar, toBar, renew, emotion } = job;
  const asked = [...new Array<Emotion>(first).fill(emotion[0]), ...emotion];
  const bars: RenewedBars = { fromBar, toBar, renew, asked };
  // What is usual of a word is known for words that are new in all elements.
  const all = ELEMENTS.every((element) => renew.has(element));
  const middle = asked[Math.min(asked.length - 1, first + ((fromBar + toBar - 2 * first) >> 1))];
  const aim = all && reference.real ? aimFor(reference.real, middle) : null;
  const candidateOf = ({ seed, piece, fresh, likelihood }: RenewedPart): RenewedPiece => {
    const shared = writesNotes(renew) ? (reference.runs?.sharedNotes(fresh) ?? 0) : 0;
    return { seed, piece: assemble(piece), sharedNotes: shared, likelihood };
  };
  const { chosen, choice } = await chooseAmong(
    seed,
    bestOf,
    async (seeds) => (await model.renew(job, seeds, options)).map(candidateOf),
    (candidate) => judgeRenewal(candidate, bars, listen, aim),
  );
  return { piece: chosen.piece, choice };
}
