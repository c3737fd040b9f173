import type { Encoder } from './encoder.ts';
import type { GeneratorEngine } from './engine.ts';
import type { FittingCodes } from './fitting-codes.ts';
import type { GeneratorWeights } from './weights.ts';

/** A generator ready to run: weights and the engine that runs them. Holds no music. */
export interface GeneratorModel {
  readonly weights: GeneratorWeights;
  readonly engine: GeneratorEngine;
  readonly encoder: Encoder;
  readonly fitting: FittingCodes;
}
