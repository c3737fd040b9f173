import type { Key } from './piece.ts';

/** Krumhansl and Kessler's probe-tone ratings (1982), from the tonic up. */
export const KEY_PROFILES = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
} as const;

/** A note for the key and chord finders: what sounds, and for how long (in any one unit). */
export interface Sounding {
  readonly pitch: number;
  readonly startSeconds: number;
  readonly soundSeconds: number;
}

/** A long pedal says no more of the key than a long note: sounding time counts up to this. */
const LONGEST_SECONDS = 2;

export interface FoundKey extends Key {
  /** 0 (no key is likelier than another) to 1. */
  readonly confidence: number;
}

/** The key whose profile correlates best with the time each pitch class sounds. */
export const findKey = (notes: readonly Sounding[]): FoundKey => keyOfWeights(pitchClassTimes(notes));

/**
 * How much better another key explains the notes than this one: 0 (none does) to 2, a difference of correlations.
 */
export function keyLoss(notes: readonly Sounding[], { tonic, mode }: Key): number {
  const scores = keyScores(pitchClassTimes(notes));
  const own = scores.find(({ key }) => key.tonic === tonic && key.mode === mode)!;
  return scores[0].score - own.score;
}

/** Time that each pitch class sounds, C first. */
function pitchClassTimes(notes: readonly Sounding[]): number[] {
  const weights = new Array<number>(12).fill(0);
  for (const note of notes) {
    weights[note.pitch % 12] += Math.min(
      LONGEST_SECONDS,
      Math.max(0.05, note.soundSeconds - note.startSeconds),
    );
  }
  return weights;
}

/** The same from twelve weights, C first. Without any, C major at confidence 0. */
export function keyOfWeights(weights: readonly number[]): FoundKey {
  const found = keyScores(weights);
  // Softmax of the correlations, at a temperature that makes the usual gap of 0.1 to the runner-up about 0.7.
  const total = found.reduce((sum, { score }) => sum + Math.exp((score - found[0].score) / 0.08), 0);
  const likelihood = (1 / total - 1 / 24) / (1 - 1 / 24);
  return { ...found[0].key, confidence: found[0].score > 0 ? Math.max(0, likelihood) : 0 };
}

/** Every key with its correlation, the best first. */
function keyScores(weights: readonly number[]): { readonly key: Key; readonly score: number }[] {
  const found: { key: Key; score: number }[] = [];
  for (let tonic = 0; tonic < 12; tonic++) {
    for (const mode of ['major', 'minor'] as const) {
      const turned = weights.map((_, i) => weights[(i + tonic) % 12]);
      found.push({ key: { tonic, mode }, score: correlation(turned, KEY_PROFILES[mode]) });
    }
  }
  return found.sort((a, b) => b.score - a.score);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((x, y) => x + y, 0) / a.length;
  const meanB = b.reduce((x, y) => x + y, 0) / b.length;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
