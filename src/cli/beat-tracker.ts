import { join } from 'node:path';
import type { BeatTracker } from '../model/music/beat-tracker.ts';
import { LearnedBeatTracker } from '../model/music/beats/tracker.ts';
import { modelsFolder } from '../services/inference/load-model.ts';
import { readListener } from './listener-files.ts';

const loaded = new Map<string, BeatTracker>();

/**
 * The trained beat tracker of resources/models/beats, read once; undefined where it is not installed. Throws an input
 * error that names the file when one of its files is damaged.
 */
export function loadBeatTracker(folder = join(modelsFolder(), 'beats')): BeatTracker | undefined {
  const known = loaded.get(folder);
  if (known) return known;
  const files = readListener(folder);
  if (!files) return undefined;
  const tracker = LearnedBeatTracker.fromWeights(files.config, files.tensors);
  loaded.set(folder, tracker);
  return tracker;
}
