import { clipFigures } from '../evaluation/clip-figures.ts';
import { heardNotes } from '../evaluation/heard.ts';
import { type Conditions, emotionPath } from '../muser/conditions.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import type { GeneratedTake } from '../muser/generate.ts';
import { findKey } from '../music/key.ts';
import type { Key, Piece } from '../music/piece.ts';
import type { ModelConfig } from '../weights/config.ts';
import { COUNTED_NOTES } from './fingerprints.ts';
import { type Aim, LIKENESS, likenessOf, type Usual } from './real-clips.ts';

/** What is weighed, each in the same direction: 0 is as it should be. */
export const REASONS = ['emotion', 'key', 'likeness', 'fluency'] as const;
export type Reason = (typeof REASONS)[number];

/** How much a unit of each counts. Tuned on seeds of their own (docs/model.md). */
export const WEIGHTS: Readonly<Record<Reason, number>> = { emotion: 4, key: 1, likeness: 1.5, fluency: 0.5 };

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

/** Weighs a candidate. `aim` and `sharedNotes` are left out where the model brings nothing to compare with. */
export function judge(
  take: GeneratedTake,
  conditions: Conditions,
  config: ModelConfig,
  heard: Hearing | null,
  aim: Aim | null,
  sharedNotes: number,
): Verdict {
  const heardKey = findKey(heardNotes(take.piece));
  const raw: Record<Reason, number> = {
    emotion: heard ? missed(emotionPath(conditions.emotion), heard) : 0,
    key: conditions.key ? keyMissed(conditions.key, heardKey) : modeSurprise(conditions, heardKey, config),
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

/** Squared distance on the plane; of a path, the mean over its bars. */
export function missed(path: readonly Emotion[], { emotion, bars }: Hearing): number {
  const square = (a: Emotion, b: Emotion) => (a.valence - b.valence) ** 2 + (a.arousal - b.arousal) ** 2;
  const still = path.every((point) => square(point, path[0]) === 0);
  if (still || bars.length === 0) return square(path[0], emotion);
  const asked = (bar: number) => path[Math.min(bar, path.length - 1)];
  return bars.reduce((sum, heard, bar) => sum + square(asked(bar), heard), 0) / bars.length;
}

/** A key that was asked for: half for its mode, half for its tonic. */
const keyMissed = (asked: Key, heard: Key): number =>
  (asked.mode === heard.mode ? 0 : 1) + (asked.tonic === heard.tonic ? 0 : 1);

/** Nats by which the heard mode is less likely than the other for the valence; 0 for the likelier one. */
function modeSurprise({ emotion }: Conditions, { mode }: Key, { modeByValence }: ModelConfig): number {
  const path = emotionPath(emotion);
  const valence = path.reduce((sum, point) => sum + point.valence, 0) / path.length;
  const forMajor = modeByValence.bias + modeByValence.slope * valence;
  return Math.max(0, mode === 'major' ? -forMajor : forMajor);
}

/** Mean squared difference from the aim, in deviations of real clips. */
function unlike({ words, piece }: GeneratedTake, { likeness, deviations }: Aim): number {
  const figures = clipFigures(words, piece);
  const beats = piece.barBeats.reduce((sum, n) => sum + n, 0) / piece.barBeats.length;
  const own = likenessOf({ ...figures, notesPerBar: (figures.notesPerBar * 4) / beats });
  return LIKENESS.reduce((sum, _, i) => sum + ((own[i] - likeness[i]) / deviations[i]) ** 2, 0) / own.length;
}

/** Deviations from the usual beyond the first: what is far likelier than usual is as odd (dull) as what is far less so. */
export const oddity = (value: number, { mean, deviation }: Usual): number =>
  Math.max(0, Math.abs(value - mean) / deviation - 1);
