import { harmonyFeatures } from './feature-harmony.ts';
import { FeatureList } from './feature-list.ts';
import { motionFeatures } from './feature-motion.ts';
import { touchFeatures } from './feature-touch.ts';
import { excerptOf, type HeardNote } from './heard-note.ts';

/**
 * What the recogniser knows of a stretch of music: hand-made measures of motion, touch and harmony, none of which needs
 * a beat grid. Transposition changes only the register measures.
 *
 * @param notes sorted by onset
 * @param fromSeconds only notes that start at or after this
 * @param toSeconds only notes that start before this
 */
export function emotionFeatures(
  notes: readonly HeardNote[],
  fromSeconds?: number,
  toSeconds?: number,
): Float32Array {
  return Float32Array.from(collect(notes, fromSeconds, toSeconds).values);
}

/** Names of the features, in order; weights carry the list they were trained on. */
export function emotionFeatureNames(): string[] {
  return collect([], undefined, undefined).names;
}

function collect(notes: readonly HeardNote[], from: number | undefined, to: number | undefined): FeatureList {
  const list = new FeatureList();
  const excerpt = excerptOf(notes, from, to);
  motionFeatures(excerpt, list);
  touchFeatures(excerpt, list);
  harmonyFeatures(excerpt, list);
  return list;
}
