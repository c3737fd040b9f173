import type { LatentMap } from '../../contract/contract.ts';
import type { MusicModel } from '../../model/composing/music-model.ts';
import type { Piece } from '../../model/music/piece.ts';
import { ELEMENTS, type Element } from '../../model/tokens/vocabulary.ts';
import { modelFolder, readModelFiles } from '../model-files/folder.ts';

/** Where an element's mean slice falls on its plane: (x - mean) times two axes. */
interface Projection {
  mean: number[];
  axes: [number[], number[]];
}
interface MapFile {
  clouds: LatentMap['clouds'];
  projection: Partial<Record<Element, Projection>>;
}

const EMPTY: MapFile = { clouds: {}, projection: {} };

/** The training clips of each element in two dimensions, where the weights bring them. */
export async function readLatentMap(model: string): Promise<MapFile> {
  const { 'latent-map.json': bytes } = await readModelFiles(modelFolder(model), ['latent-map.json']);
  if (!bytes) return EMPTY;
  try {
    const parsed = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const clouds: LatentMap['clouds'] = {};
    for (const element of ELEMENTS) {
      const cloud = parsed[element];
      if (Array.isArray(cloud)) clouds[element] = cloud as [number, number, number][];
    }
    return { clouds, projection: (parsed.projection ?? {}) as MapFile['projection'] };
  } catch {
    return EMPTY;
  }
}

/** A piece on the planes, as training put its clips there: the mean of its quantised slices over its beats. */
export async function placeOnMap(
  model: Pick<MusicModel, 'meanSlices'>,
  piece: Piece,
  { projection }: MapFile,
): Promise<Partial<Record<string, [number, number]>>> {
  const means = await model.meanSlices(piece);
  const places: Partial<Record<string, [number, number]>> = {};
  for (const element of ELEMENTS) {
    const plane = projection[element];
    const mean = means.get(element);
    if (!plane || !mean) continue;
    const along = (axis: readonly number[]): number =>
      Math.min(
        1,
        Math.max(
          -1,
          axis.reduce((sum, weight, i) => sum + weight * (mean[i] - plane.mean[i]), 0),
        ),
      );
    places[element] = [along(plane.axes[0]), along(plane.axes[1])];
  }
  return places;
}
