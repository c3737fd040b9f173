import { AffettoError } from '../../model/error.ts';
import type { GeneratorEngine } from '../../model/generator/engine.ts';
import { Generator } from '../../model/generator/generator.ts';
import { JUDGE_FILES, LearntJudge } from '../../model/generator/judge/learnt-judge.ts';
import { createReferenceGeneratorEngine } from '../../model/generator/reference-engine.ts';
import { createSimdGeneratorEngine } from '../../model/generator/simd-engine.ts';
import {
  GENERATOR_FILES,
  type GeneratorWeights,
  readGeneratorWeights,
} from '../../model/generator/weights.ts';
import type { EngineName } from '../inference/engines.ts';
import { readModelFiles } from './folder.ts';

/** The generator of a folder of format 2, and why its engine runs. Throws an input error where the folder is damaged. */
export async function loadGenerator(
  folder: string,
  engine: EngineName,
): Promise<{ readonly model: Generator; readonly reason: string }> {
  const files = await readModelFiles(folder, [...GENERATOR_FILES, ...JUDGE_FILES]);
  const weights = await readGeneratorWeights(files, folder);
  const [config, tensors] = JUDGE_FILES.map((name) => files[name]);
  const judge = config && tensors ? new LearntJudge(config, tensors, folder) : null;
  const reason = engine === 'auto' ? 'Picked simd: what this model runs in, on any machine.' : '';
  const model = new Generator(weights, await start(weights, engine), judge);
  model.prepare();
  return { model, reason };
}

function start(weights: GeneratorWeights, engine: EngineName): GeneratorEngine | Promise<GeneratorEngine> {
  if (engine === 'auto' || engine === 'simd') return createSimdGeneratorEngine(weights);
  if (engine === 'reference') return createReferenceGeneratorEngine(weights);
  throw new AffettoError(`this model runs in the simd and the reference engine, not in '${engine}'`);
}
