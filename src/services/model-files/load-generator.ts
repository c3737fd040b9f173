import { AffettoError } from '../../model/error.ts';
import { FORMAT, formatOf } from '../../model/generator/config.ts';
import type { GeneratorEngine } from '../../model/generator/engine.ts';
import type { GeneratorModel } from '../../model/generator/model.ts';
import { createReferenceGeneratorEngine } from '../../model/generator/reference-engine.ts';
import { createSimdGeneratorEngine } from '../../model/generator/simd-engine.ts';
import {
  GENERATOR_FILES,
  type GeneratorWeights,
  readGeneratorWeights,
} from '../../model/generator/weights.ts';
import type { EngineName } from '../inference/engines.ts';
import { readModelFiles } from './folder.ts';

/** The generator of a folder; null where the folder holds a model of another format. Throws an input error where it is damaged. */
export async function loadGenerator(folder: string, engine: EngineName): Promise<GeneratorModel | null> {
  const { 'config.json': config } = await readModelFiles(folder, ['config.json']);
  if (config === null || formatOf(config, `${folder}/config.json`) !== FORMAT) return null;
  const weights = await readGeneratorWeights(await readModelFiles(folder, GENERATOR_FILES), folder);
  return { weights, engine: await start(weights, engine) };
}

function start(weights: GeneratorWeights, engine: EngineName): GeneratorEngine | Promise<GeneratorEngine> {
  if (engine === 'auto' || engine === 'simd') return createSimdGeneratorEngine(weights);
  if (engine === 'reference') return createReferenceGeneratorEngine(weights);
  throw new AffettoError(`this model runs in the simd and the reference engine, not in '${engine}'`);
}
