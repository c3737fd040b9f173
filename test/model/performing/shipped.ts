import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PerformerNetwork } from '../../../src/model/performing/network.ts';
import { TensorMap } from '../../../src/model/weights/tensor-map.ts';

const folder = join(import.meta.dirname, '../../../resources/models/performer');
export const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<
  string,
  unknown
>;
export const tensors = new TensorMap(
  readFileSync(join(folder, 'weights.safetensors')),
  'weights.safetensors',
);
/** The performer that ships. */
export const network = new PerformerNetwork(config, tensors);
