import { emotionAt } from '../muser/conditions.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import { cutPiece, notesInBars } from '../music/cut-piece.ts';
import { findKey, keyLoss } from '../music/key.ts';
import type { Piece, PieceNote } from '../music/piece.ts';
import type { Element } from '../tokens/vocabulary.ts';
import { COUNTED_NOTES } from './fingerprints.ts';
import { heardNotes } from './heard.ts';
import {
  type Hearing,
  type Listen,
  missed,
  oddity,
  REASONS,
  type Reason,
  type Verdict,
  WEIGHTS,
} from './judgement.ts';
import type { Aim } from './real-clips.ts';

/** Bars of a piece that were written anew, and what of them. */
export interface RenewedBars {
  readonly fromBar: number;
  readonly toBar: number;
  readonly renew: ReadonlySet<Element>;
  /** Emotion asked of the piece's bars, from its first; the last holds on. */
  readonly asked: readonly Emotion[];
}

/** One way of writing them. */
export interface RenewedPiece {
  readonly seed: number;
  /** The whole piece with it. */
  readonly piece: Piece;
  /** Notes of the longest run of the new bars that a training clip has, too. */
  readonly sharedNotes: number;
  /** Log probabilities (nats): of new words, a word; of new codes, and of kept ones beside and after them, a new beat. */
  readonly likelihood: { readonly words: number; readonly codes: number; readonly kept: number };
}

/** How much a unit counts, beside WEIGHTS: correlations are small numbers, and so is what follows in nats. */
const KEY_SCALE = 8;
const KEPT_SCALE = 1;
/** Bars each side whose notes tell in which key the new ones should be, and how many notes it takes. */
const SURROUNDINGS = 8;
const FEWEST_NOTES = 8;

/** Elements by whose renewal notes are other notes. */
export const writesNotes = (renew: ReadonlySet<Element>): boolean =>
  renew.has('pitch') || renew.has('type') || renew.has('barBeat');

/**
 * Weighs one way of writing bars anew, on the whole piece with them: the emotion that is heard in these bars, how well they
 * keep to the key around them, how likely the model finds them and what follows. What is kept costs every candidate the same.
 *
 * @param aim the usual likelihoods, where the model brings them
 */
export function judgeRenewal(
  candidate: RenewedPiece,
  bars: RenewedBars,
  listen: Listen,
  aim: Pick<Aim, 'words' | 'codes'> | null,
): Verdict {
  const { piece, likelihood, sharedNotes } = candidate;
  const heard = listen(piece);
  const heardKey = findKey(heardNotes(piece));
  const raw: Record<Reason, number> = {
    emotion: heard ? emotionMissed(heard, bars, piece, listen) : 0,
    key: writesNotes(bars.renew) ? KEY_SCALE * keyMissed(piece, bars) : 0,
    likeness: 0,
    fluency:
      KEPT_SCALE * -likelihood.kept +
      (aim ? oddity(likelihood.words, aim.words) + oddity(likelihood.codes, aim.codes) : 0),
  };
  const costs = Object.fromEntries(REASONS.map((r) => [r, WEIGHTS[r] * raw[r]])) as Record<Reason, number>;
  const silent = writesNotes(bars.renew) && notesInBars(piece, bars.fromBar, bars.toBar).length === 0;
  return {
    seed: candidate.seed,
    heard: heard && { valence: heard.emotion.valence, arousal: heard.emotion.arousal },
    heardKey: { tonic: heardKey.tonic, mode: heardKey.mode },
    sharedNotes,
    rejected: silent || (writesNotes(bars.renew) && sharedNotes >= COUNTED_NOTES),
    costs,
    cost: REASONS.reduce((sum, reason) => sum + costs[reason], 0),
  };
}

/**
 * Squared distance on the plane: of the piece where all bars are new, else of the new bars by themselves, for their course
 * within the piece remembers what came before. That counts where too little is played in them to be heard alone.
 */
function emotionMissed(
  heard: Hearing,
  { fromBar, toBar, asked }: RenewedBars,
  piece: Piece,
  listen: Listen,
): number {
  const path = Array.from({ length: toBar - fromBar }, (_, i) => emotionAt(asked, fromBar + i));
  if (fromBar === 0 && toBar === piece.barBeats.length) return missed(path, heard);
  const alone = listen(cutPiece(piece, fromBar, toBar));
  if (alone) return missed(path, alone);
  const bars = heard.bars.slice(fromBar, toBar);
  return missed(path, { emotion: meanOf(bars), bars });
}

/** How much better another key explains the new bars than that of the bars around them, as a difference of correlations. */
function keyMissed(piece: Piece, { fromBar, toBar }: RenewedBars): number {
  const around = [
    ...notesInBars(piece, fromBar - SURROUNDINGS, fromBar),
    ...notesInBars(piece, toBar, toBar + SURROUNDINGS),
  ];
  const heard = (notes: readonly PieceNote[]) => heardNotes({ ...piece, notes });
  const key = around.length < FEWEST_NOTES ? piece.key : findKey(heard(around));
  return keyLoss(heard(notesInBars(piece, fromBar, toBar)), key);
}

function meanOf(points: readonly Emotion[]): Emotion {
  const mean = (of: (point: Emotion) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / Math.max(1, points.length);
  return { valence: mean((p) => p.valence), arousal: mean((p) => p.arousal) };
}
