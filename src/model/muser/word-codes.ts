import type { Engine } from '../engines/engine.ts';
import type { SamplingSpec } from '../weights/config.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import type { CodeSource } from './code-source.ts';
import type { Decoder } from './decoder.ts';
import type { Lane, WayBack } from './lane.ts';
import type { CodeView } from './memory.ts';
import { sample } from './sampling.ts';
import { WordPrior } from './word-prior.ts';

/** Words a bar in the training data, about; how many codes are made before the first word. */
const WORDS_PER_BAR = 20;
/** How many more are made when the words outrun the codes. */
const MORE = 64;

/** A code a word: the decoder attends over all codes, so they are made before the words, more if the words need more. */
export class WordCodes implements CodeSource {
  private readonly lanes: readonly Lane[];
  private readonly decoder: Decoder;
  private readonly sampling: SamplingSpec;
  private readonly prior: WordPrior | null;
  private readonly longest: number;
  private readonly codes: (readonly number[])[][];
  /** Step of the lane at which its codes begin. */
  private readonly starts: number[];

  constructor(
    weights: WeightSet,
    engine: Engine,
    lanes: readonly Lane[],
    decoder: Decoder,
    sampling: SamplingSpec,
  ) {
    this.lanes = lanes;
    this.decoder = decoder;
    this.sampling = sampling;
    this.longest = weights.config.maxSteps ?? Number.POSITIVE_INFINITY;
    const given = lanes.every(({ plan }) => plan.wordCodes);
    this.prior = given ? null : new WordPrior(weights, engine, lanes.length);
    this.codes = lanes.map(() => []);
    this.starts = lanes.map(() => 0);
  }

  async prepare(active: readonly number[]): Promise<void> {
    for (const lane of active) {
      const { plan, steps } = this.lanes[lane];
      if (plan.wordCodes) await this.give(lane, plan.wordCodes);
      else if (this.starts[lane] + this.codes[lane].length <= steps) await this.extend(lane, steps);
    }
  }

  private async give(lane: number, codes: readonly (readonly number[])[]): Promise<void> {
    if (this.codes[lane].length > 0) return;
    this.codes[lane] = [...codes];
    await this.decoder.setCodes(lane, codes);
  }

  private async extend(lane: number, steps: number): Promise<void> {
    const { plan } = this.lanes[lane];
    const track = this.codes[lane];
    const first = Math.min(this.longest, (plan.bars ?? 16) * WORDS_PER_BAR);
    for (let missing = track.length === 0 ? first : MORE; missing > 0; missing--)
      track.push(await this.one(lane));
    // Memory stays within the range the model was made for.
    const surplus = Math.max(0, track.length - this.longest);
    this.starts[lane] = Math.min(steps, this.starts[lane] + surplus);
    track.splice(0, surplus);
    await this.decoder.setCodes(lane, track);
  }

  private one(lane: number): Promise<number[]> {
    const { plan, codeRandom, bar } = this.lanes[lane];
    return this.prior!.next([lane], [plan.emotionOf(Math.max(0, bar))], (_, logits) =>
      sample(logits, 0, new Uint8Array(logits.length).fill(1), this.sampling, codeRandom),
    );
  }

  view(lane: number): CodeView {
    return { cur: this.codes[lane][this.lanes[lane].steps - this.starts[lane]] ?? null, next: null };
  }

  /** An emotion is told once, before everything; new codes would not fit what has been written. */
  changed(): void {}

  async mark(lane: number): Promise<WayBack> {
    const codes = this.codes[lane].slice();
    const start = this.starts[lane];
    const back = await this.prior?.mark(lane);
    return () => {
      this.codes[lane] = codes.slice();
      this.starts[lane] = start;
      back?.();
    };
  }

  dispose(): void {
    this.prior?.dispose();
  }
}
