import { TensorMap } from '../../model/weights/tensor-map.ts';
import { readModelFiles } from './load-model.ts';

/** A small model of its own; null where its weights are not installed. */
export async function readSmallModel<T>(
  name: string,
  make: (config: unknown, tensors: TensorMap) => T,
): Promise<T | null> {
  const { 'config.json': config, 'weights.safetensors': weights } = await readModelFiles(name, [
    'config.json',
    'weights.safetensors',
  ]);
  if (!config || !weights) return null;
  return make(
    JSON.parse(new TextDecoder().decode(config)),
    new TensorMap(weights, `${name}/weights.safetensors`),
  );
}
