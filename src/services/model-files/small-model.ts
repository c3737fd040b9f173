import { EmotionRecogniser } from '../../model/emotion/recogniser.ts';
import { AffettoError } from '../../model/error.ts';
import { LearnedBeatTracker } from '../../model/music/beats/tracker.ts';
import { PerformerNetwork } from '../../model/performing/network.ts';
import { VoiceTagger } from '../../model/voices/tagger.ts';
import { TensorMap } from '../../model/weights/tensor-map.ts';
import { isInstalled, modelFolder, readModelFiles } from './folder.ts';

/** The files of a small model: one that listens or plays beside the one that writes. */
export interface SmallModel {
  readonly config: unknown;
  readonly tensors: TensorMap;
}

/** null where it is not installed. Throws an input error that names what is missing or damaged. */
export async function readSmallModel(folder: string): Promise<SmallModel | null> {
  if (!isInstalled(folder)) return null;
  const files = await readModelFiles(folder, ['config.json', 'weights.safetensors']);
  return {
    config: parse(files['config.json'] as Uint8Array, `${folder}/config.json`),
    tensors: new TensorMap(files['weights.safetensors'] as Uint8Array, `${folder}/weights.safetensors`),
  };
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new AffettoError(`${path}: it is not JSON; fetch the model again`);
  }
}

async function load<T>(folder: string, make: (config: unknown, tensors: TensorMap) => T): Promise<T | null> {
  const found = await readSmallModel(folder);
  return found && make(found.config, found.tensors);
}

/** Hears the emotion of music. */
export const loadRecogniser = (folder = modelFolder('recogniser')): Promise<EmotionRecogniser | null> =>
  load(folder, EmotionRecogniser.fromWeights);

/** Finds the beats of a performance. */
export const loadBeatTracker = (folder = modelFolder('beats')): Promise<LearnedBeatTracker | null> =>
  load(folder, LearnedBeatTracker.fromWeights);

/** Tells melody, bass and inner notes apart. */
export const loadVoiceTagger = (folder = modelFolder('voices')): Promise<VoiceTagger | null> =>
  load(folder, VoiceTagger.fromWeights);

/** Plays what was written: pedal and timing. */
export const loadPerformer = (folder = modelFolder('performer')): Promise<PerformerNetwork | null> =>
  load(folder, (config, tensors) => new PerformerNetwork(config, tensors));
