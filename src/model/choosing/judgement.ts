import { type Conditions, emotionPath, isStill } from '../muser/conditions.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import type { GeneratedTake } from '../muser/generate.ts';
import { findKey } from '../music/key.ts';
import type { Key, Piece } from '../music/piece.ts';
import { clipFigures } from './clip-figures.ts';
import { COUNTED_NOTES } from './fingerprints.ts';
import { heardNotes } from './heard.ts';
import { type Aim, likenessOf, type Usual } from './real-clips.ts';

/** What is weighed, each in the same direction: 0 is as it should be. */
export const REASONS = ['emotion', 'key', 'likeness', 'fluency'] as const;
export type Reason = (typeof REASONS)[number];

/** How much a unit of each counts. Tuned on seeds of their own (docs/model.md). */
export const WEIGHTS: Readonly<Record<Reason, number>> = { emotion: 4, key: 1, likeness: 0.3, fluency: 0.2 };

/**
 * What is near enough costs nothing, so that takes of one emotion stay as different as real clips of it are: the nearest
 * of several to one and the same point, or to a typical clip, would be much alike.
 */
const NEAR_EMOTION = 0.3;
/** In deviations of real clips, and of the model's own takes. */
const USUAL_DEVIATIONS = 2.5;
/** How much a mode other than the take's own counts, where no key was asked for. */
const MODE_SCALE = 0.3;
/**
 * How much a take in another mode than was drawn counts. Little: far from the middle the emotion decides; near it, either mode
 * is near enough, and the share of takes in major is to be that of the valence, not what one recogniser would have.
 */
const OTHER_MODE_SCALE = 0.12;

/** What is heard in a piece: the whole, and each bar. */
export interface Hearing {
  readonly emotion: Emotion;
  readonly bars: readonly Emotion[];
}
export type Listen = (piece: Piece) => Hearing | null;

/** What was found of one candidate. */
export interface Verdict {
  readonly seed: number;
  readonly heard: Emotion | null;
  readonly heardKey: Key;
  /** Notes of the longest run that it shares with a training clip, where that is long enough to count; else 0. */
  readonly sharedNotes: number;
  readonly rejected: boolean;
  /** Cost of each reason, weighed; the least sum wins. */
  readonly costs: Readonly<Record<Reason, number>>;
  readonly cost: number;
}

/** What a candidate is held against. */
export interface Standard {
  /** null where the model brings nothing to compare with. */
  readonly aim: Aim | null;
  readonly sharedNotes: number;
  /** The mode that was drawn for the take. */
  readonly mode: Key['mode'];
}

/** Weighs a candidate. */
export function judge(
  take: GeneratedTake,
  conditions: Conditions,
  heard: Hearing | null,
  { aim, sharedNotes, mode }: Standard,
): Verdict {
  const heardKey = findKey(heardNotes(take.piece));
  const path = emotionPath(conditions.emotion);
  const raw: Record<Reason, number> = {
    emotion: heard ? missed(path, heard) : 0,
    key: conditions.key
      ? keyMissed(conditions.key, heardKey)
      : // Where the emotion moves, the mode may turn with it.
        isStill(path)
        ? modeMissed(take.piece.key, heardKey) + (take.piece.key.mode === mode ? 0 : OTHER_MODE_SCALE)
        : 0,
    likeness: aim ? unlike(take, aim) : 0,
    fluency: aim ? oddity(take.likelihood.words, aim.words) + oddity(take.likelihood.codes, aim.codes) : 0,
  };
  const costs = Object.fromEntries(REASONS.map((r) => [r, WEIGHTS[r] * raw[r]])) as Record<Reason, number>;
  return {
    seed: take.seed,
    heard: heard && { valence: heard.emotion.valence, arousal: heard.emotion.arousal },
    heardKey: { tonic: heardKey.tonic, mode: heardKey.mode },
    sharedNotes,
    rejected: sharedNotes >= COUNTED_NOTES || take.piece.notes.length === 0,
    costs,
    cost: REASONS.reduce((sum, reason) => sum + costs[reason], 0),
  };
}

/** Square of the distance on the plane beyond what is near; of a path, the mean over its bars. */
export function missed(path: readonly Emotion[], { emotion, bars }: Hearing): number {
  const square = (a: Emotion, b: Emotion) =>
    Math.max(0, Math.sqrt((a.valence - b.valence) ** 2 + (a.arousal - b.arousal) ** 2) - NEAR_EMOTION) ** 2;
  if (isStill(path) || bars.length === 0) return square(path[0], emotion);
  const asked = (bar: number) => path[Math.min(bar, path.length - 1)];
  return bars.reduce((sum, heard, bar) => sum + square(asked(bar), heard), 0) / bars.length;
}

/** A key that was asked for: half for its mode, half for its tonic. */
const keyMissed = (asked: Key, heard: Key): number =>
  (asked.mode === heard.mode ? 0 : 1) + (asked.tonic === heard.tonic ? 0 : 1);

/** Music of no clear mode says little of valence: it should sound in the one that it was written in. */
const modeMissed = (own: Key, heard: Key): number => (own.mode === heard.mode ? 0 : MODE_SCALE);

/** Squares of how far its figures lie beyond what is usual in real clips. */
function unlike({ words, piece }: GeneratedTake, { likeness }: Aim): number {
  const figures = clipFigures(words, piece);
  const beats = piece.barBeats.reduce((sum, n) => sum + n, 0) / piece.barBeats.length;
  const own = likenessOf({ ...figures, notesPerBar: (figures.notesPerBar * 4) / beats });
  return own.reduce((sum, value, i) => sum + oddity(value, likeness[i]) ** 2, 0);
}

/** Deviations beyond the usual ones: what is far likelier than usual is as odd (dull) as what is far less so. */
export const oddity = (value: number, { mean, deviation }: Usual): number =>
  Math.max(0, Math.abs(value - mean) / deviation - USUAL_DEVIATIONS);
