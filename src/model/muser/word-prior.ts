import type { Dense, Engine, Stack } from '../engines/engine.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { addPosition } from './embedding.ts';
import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from './emotion-embedding.ts';
import type { WayBack } from './lane.ts';
import { addVector, Table } from './table.ts';

/**
 * The paper's prior: a causal stack over the codes of words, an emotion first. Codes that training never used are left
 * out: `prior.codes` lists the used ones, the last logit is the end. Tensors: `prior.embed.code`, `prior.out`, ….
 */
export class WordPrior {
  private readonly stack: Stack;
  private readonly out: Dense;
  private readonly table: Table;
  private readonly emotion: EmotionEmbedding;
  /** Used index -> code of the book. */
  private readonly codes: Float32Array;
  private readonly longest: number;
  private readonly x: Float32Array;
  private readonly steps: number[];
  private readonly last: number[];

  constructor(weights: WeightSet, engine: Engine, lanes: number) {
    const { prior, maxSteps } = weights.config;
    this.stack = engine.stack('prior', prior.stack, lanes);
    this.out = engine.dense('prior.out', lanes);
    this.table = Table.of(weights, 'prior.embed.code');
    this.emotion = createEmotionEmbedding(weights, weights.config, 'prior.emotion', 'prior.embed.emotion');
    this.codes = weights.get('prior.codes');
    this.longest = maxSteps ?? Number.POSITIVE_INFINITY;
    this.x = new Float32Array(lanes * prior.stack.width);
    this.steps = new Array<number>(lanes).fill(0);
    this.last = new Array<number>(lanes).fill(-1);
  }

  /**
   * The next code of some lanes. The first call of a lane is told the emotion; the end is not offered, as how long the piece
   * is lies with the caller. Where the range of positions ends it starts anew from the emotion.
   * @returns a code of the book for each of `lanes`
   */
  async next(
    lanes: readonly number[],
    emotions: readonly (Emotion | null)[],
    pick: (lane: number, logits: Float32Array) => number,
  ): Promise<number[]> {
    const { width } = this.stack;
    const active = new Uint8Array(this.steps.length);
    lanes.forEach((lane, i) => {
      active[lane] = 1;
      if (this.steps[lane] >= this.longest) this.reset(lane);
      const step = this.steps[lane]++;
      const first = step === 0 ? this.emotion.vector(emotions[i]) : this.table.row(this.last[lane]);
      this.x.fill(0, lane * width, (lane + 1) * width);
      addVector(first, this.x, lane * width);
      addPosition(step, width, this.x, lane * width);
    });
    const h = await this.stack.step(this.x, active);
    const codes: number[] = [];
    for (const lane of lanes) {
      const logits = await this.out.apply(h.subarray(lane * width, (lane + 1) * width), 1);
      this.last[lane] = pick(lane, logits.subarray(0, this.codes.length));
      codes.push(this.codes[this.last[lane]]);
    }
    return codes;
  }

  async mark(lane: number): Promise<WayBack> {
    const state = await this.stack.save(lane);
    const { [lane]: step } = this.steps;
    const { [lane]: last } = this.last;
    return () => {
      this.stack.restore(lane, state);
      this.steps[lane] = step;
      this.last[lane] = last;
    };
  }

  private reset(lane: number): void {
    this.stack.reset(lane);
    this.steps[lane] = 0;
  }

  dispose(): void {
    this.stack.dispose();
    this.out.dispose();
  }
}
