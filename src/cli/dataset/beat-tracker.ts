import { join } from 'node:path';
import type { BeatTracker } from '../../model/music/beat-tracker.ts';
import { LearnedBeatTracker } from '../../model/music/beats/tracker.ts';
import { modelsFolder } from '../../services/inference/load-model.ts';
import { readListener } from '../listener-files.ts';

const loaded = new Map<string, BeatTracker | undefined>();

/** The trained beat tracker, loaded once; undefined where its weights are not there. */
export function loadBeatTracker(folder = join(modelsFolder(), 'beats')): BeatTracker | undefined {
  if (!loaded.has(folder)) {
    const files = readListener(folder);
    loaded.set(folder, files && LearnedBeatTracker.fromWeights(files.config, files.tensors));
  }
  return loaded.get(folder);
}
