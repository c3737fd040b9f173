import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VoiceTagger } from '../../../src/model/voices/tagger.ts';
import { TensorMap } from '../../../src/model/weights/tensor-map.ts';

const folder = join(import.meta.dirname, '../../../resources/models/voices');
export const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<
  string,
  unknown
>;
export const tensors = new TensorMap(
  readFileSync(join(folder, 'weights.safetensors')),
  'weights.safetensors',
);
/** The tagger that ships. */
export const tagger = VoiceTagger.fromWeights(config, tensors);
