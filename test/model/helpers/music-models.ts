import type { MusicModel } from '../../../src/model/composing/music-model.ts';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { Generator } from '../../../src/model/generator/generator.ts';
import { createSimdGeneratorEngine } from '../../../src/model/generator/simd-engine.ts';
import { MuserModel } from '../../../src/model/muser/muser-model.ts';
import { goldenGenerator } from '../generator/golden-generator.ts';
import { goldenWeights } from './golden.ts';

/** Tiny models of random weights, by the names of their fixtures; the last is of format 2. */
export type ModelName = 'affetto' | 'muser-paper' | 'generator';

export async function musicModel(name: ModelName): Promise<MusicModel> {
  if (name === 'generator') {
    const weights = await goldenGenerator();
    return new Generator(weights, await createSimdGeneratorEngine(weights));
  }
  const weights = await goldenWeights(name);
  return new MuserModel(weights, await createSimdEngine(weights));
}
