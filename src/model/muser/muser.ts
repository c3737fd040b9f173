import type { Engine } from '../engines/engine.ts';
import type { Words } from '../tokens/vocabulary.ts';
import type { ModelConfig } from '../weights/config.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { type Codes, createEncoder } from './encoder.ts';
import type { Leaning } from './leaning.ts';
import type { LanePlan } from './plan.ts';
import { Codebook } from './quantizer.ts';
import { Session, type SessionOptions } from './session.ts';

/** A model ready to run: weights and the engine that runs them. */
export class Muser {
  readonly weights: WeightSet;
  readonly engine: Engine;
  /** What its choice of codes leans to; null: to nothing. */
  readonly leaning: Leaning | null;

  constructor(weights: WeightSet, engine: Engine, leaning: Leaning | null = null) {
    this.weights = weights;
    this.engine = engine;
    this.leaning = leaning;
  }

  get config(): ModelConfig {
    return this.weights.config;
  }

  /** The codes of a grammatical word sequence: one set a beat, or one a word. */
  encode(words: Words): Promise<Codes> {
    return createEncoder(this.weights, this.engine).encode(words);
  }

  /** Opens a session that writes one lane a plan; to be disposed. */
  open(plans: readonly LanePlan[], options?: SessionOptions): Session {
    return new Session(this.weights, this.engine, plans, options, this.leaning);
  }

  codebook(book: number): Codebook {
    return new Codebook(this.weights, this.config.books[book].name);
  }

  dispose(): void {
    this.engine.dispose();
  }
}
