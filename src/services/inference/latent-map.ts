import type { LatentMap } from '../../contract.ts';
import { ELEMENTS } from '../../model/tokens/vocabulary.ts';
import { readModelFiles } from './load-model.ts';

/** The training clips of each element in two dimensions, where the weights bring them. */
export async function readLatentMap(model: string): Promise<LatentMap> {
  const { 'latent-map.json': bytes } = await readModelFiles(model, ['latent-map.json']);
  if (!bytes) return { clouds: {} };
  try {
    const parsed = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const clouds: LatentMap['clouds'] = {};
    for (const element of ELEMENTS) {
      const cloud = parsed[element];
      if (Array.isArray(cloud)) clouds[element] = cloud as [number, number, number][];
    }
    return { clouds };
  } catch {
    return { clouds: {} };
  }
}
