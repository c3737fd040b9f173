import type { BarJudge } from '../composing/bar-judge.ts';
import type {
  LiveMusic,
  LiveOptions,
  MusicModel,
  RenewedPart,
  RenewJob,
  StreamedBar,
  TransferPiece,
  WriteOptions,
} from '../composing/music-model.ts';
import type { Conditions } from '../muser/conditions.ts';
import type { GeneratedTake } from '../muser/generate.ts';
import { guidanceOf } from '../muser/intensity.ts';
import type { Guidance } from '../muser/plan.ts';
import type { Piece } from '../music/piece.ts';
import { ELEMENTS, type Element, type Words } from '../tokens/vocabulary.ts';
import { BarWriter } from './bar-writer.ts';
import type { GeneratorConfig } from './config.ts';
import { Encoder } from './encoder.ts';
import type { GeneratorEngine } from './engine.ts';
import { FittingCodes } from './fitting-codes.ts';
import { generateSeeds, pause, scriptsOf } from './generate.ts';
import { GeneratorLive } from './live.ts';
import { evenMetre } from './metre.ts';
import type { GeneratorModel } from './model.ts';
import { readBar } from './read-bar.ts';
import { renew } from './renew.ts';
import { PLAIN, samplingOf } from './sampling.ts';
import { pieceToWords } from './to-words.ts';
import { transfer } from './transfer.ts';
import { WORD_WIDTH } from './vocabulary.ts';
import type { GeneratorWeights } from './weights.ts';

/** A model of format 2, as the app asks it. */
export class Generator implements MusicModel, GeneratorModel {
  readonly isPlayed = true;
  readonly weights: GeneratorWeights;
  readonly engine: GeneratorEngine;
  readonly encoder: Encoder;
  readonly fitting: FittingCodes;

  readonly barJudge: BarJudge | null;

  constructor(weights: GeneratorWeights, engine: GeneratorEngine, judge: BarJudge | null = null) {
    this.barJudge = judge;
    this.weights = weights;
    this.engine = engine;
    this.encoder = new Encoder(weights);
    this.fitting = new FittingCodes(this.encoder, weights.config.groups);
  }

  /** Packs what writing needs into the engine's memory, so that the first note is not kept waiting for it. */
  prepare(): void {
    const script = {
      seed: 0,
      bars: null,
      metre: evenMetre(4),
      emotionOf: () => null,
      modeOf: () => 0,
      endingOf: () => 0,
    };
    new BarWriter(this, [script], samplingOf(this.config, {}), 0).dispose();
  }

  get config(): GeneratorConfig {
    return this.weights.config;
  }

  guidanceOf(intensity: number): Guidance {
    return guidanceOf(intensity, { prior: this.config.sampling.guidance, decoder: PLAIN.decoder });
  }

  write(
    conditions: Conditions & { readonly bars: number },
    seeds: readonly number[],
    options: WriteOptions = {},
  ): Promise<GeneratedTake[]> {
    return generateSeeds(this, conditions, seeds, options);
  }

  async *stream(
    conditions: Conditions,
    seeds: readonly number[],
    options: WriteOptions = {},
  ): AsyncGenerator<StreamedBar[]> {
    const asked = scriptsOf(this, conditions, seeds, options);
    const scripts = asked.map(({ script }) => script);
    const writer = new BarWriter(this, scripts, samplingOf(this.config, options), 0);
    const lanes = seeds.map((_, lane) => lane);
    try {
      for (let bar = 0; conditions.bars === null || bar < conditions.bars; bar++) {
        await pause(options);
        yield writer.bar(lanes, options.onWord).map((words, lane) => ({
          key: asked[lane].key,
          bar: readBar(words, asked[lane].key, seeds[lane], bar),
          words: rowsOf(words),
        }));
      }
    } finally {
      writer.dispose();
    }
  }

  renew(job: RenewJob, seeds: readonly number[], options: WriteOptions = {}): Promise<RenewedPart[]> {
    return renew(this, job, seeds, options);
  }

  transfer(job: TransferPiece, options: WriteOptions = {}): Promise<Piece> {
    return transfer(this, job, options);
  }

  async live(options: LiveOptions): Promise<LiveMusic> {
    return new GeneratorLive(this, options);
  }

  async meanSlices(piece: Piece): Promise<ReadonlyMap<Element, readonly number[]>> {
    const beats = this.encoder.slices(pieceToWords(piece)).map((slices) => this.encoder.meant(slices));
    const meanOf = (element: Element): number[] =>
      this.config.groups.flatMap((group, i) =>
        group.element === element
          ? Array.from(
              { length: group.dim },
              (_, k) => beats.reduce((sum, slices) => sum + slices[i][k], 0) / beats.length,
            )
          : [],
      );
    return new Map(ELEMENTS.map((element) => [element, meanOf(element)]));
  }

  dispose(): void {}
}

/** Words one by one. */
const rowsOf = (words: Words): number[][] =>
  Array.from({ length: words.length / WORD_WIDTH }, (_, i) => [
    ...words.subarray(i * WORD_WIDTH, (i + 1) * WORD_WIDTH),
  ]);
