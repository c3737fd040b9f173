import type { Dense, Engine, Stack, StackState } from '../engines/engine.ts';
import { geluInPlace, NORM_EPS } from '../engines/shared.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { EmbeddingSum } from './embedding.ts';
import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from './emotion-embedding.ts';
import { GuidedRows } from './guided-rows.ts';
import type { WayBack } from './lane.ts';
import { addVector, Table } from './table.ts';

/** What the prior is told of a beat before it chooses the beat's codes. */
export interface BeatInput {
  /** Codes of the beat before, and of the beat at the same place in the bar that this one returns to. */
  readonly last: readonly number[] | null;
  readonly ref: readonly number[] | null;
  /** Values in the order of the config's prior features: beat in bar, ending, mode, form. */
  readonly features: readonly number[];
  /** The same for the lane that guidance leads away from; absent: `features`. */
  readonly against?: readonly number[];
  readonly emotion: Emotion | null;
  /** True on the last beat of a bar: the next bar's return distance is chosen too. */
  readonly endsBar: boolean;
  /** Of guidance; the prior's own where absent. */
  readonly strength?: number;
}

/** Chooses a value for a lane from logits: a code of `book` (its index), or a return distance (FORM). */
export type Pick = (lane: number, book: number, logits: Float32Array) => number;
export const FORM = -1;

/** A small network over the sum so far: norm, hidden layer, logits. */
interface ChainHead {
  readonly normWeight: Float32Array;
  readonly normBias: Float32Array;
  readonly input: Dense;
  readonly output: Dense;
}

/**
 * Prior over beats: a causal stack, then the books of a beat one after another, each told what the earlier ones chose.
 * Tensors: `prior.*`. With guidance two lanes for each, as in the decoder.
 */
export class BeatPrior {
  private readonly rows: GuidedRows;
  private readonly embed: EmbeddingSum;
  private readonly emotion: EmotionEmbedding;
  private readonly last: readonly Table[];
  private readonly ref: readonly Table[];
  private readonly chain: readonly Table[];
  private readonly heads: readonly ChainHead[];
  private readonly form: ChainHead | null;
  private readonly stack: Stack;
  private readonly x: Float32Array;
  private readonly normed: Float32Array;
  private readonly hidden: Float32Array;

  /** @param strength of guidance, 1 = none; @param changes whether inputs may bring another one */
  constructor(weights: WeightSet, engine: Engine, lanes: number, strength: number, changes = false) {
    const { prior, books } = weights.config;
    this.rows = new GuidedRows(lanes, strength, changes);
    const batch = this.rows.count;
    const tables = (kind: string) => books.map(({ name }) => Table.of(weights, `prior.${kind}.${name}`));
    const head = (name: string): ChainHead => ({
      normWeight: weights.get(`prior.heads.${name}.norm.weight`),
      normBias: weights.get(`prior.heads.${name}.norm.bias`),
      input: engine.dense(`prior.heads.${name}.in`, batch),
      output: engine.dense(`prior.heads.${name}.out`, batch),
    });
    this.embed = new EmbeddingSum(weights, 'prior.embed', prior.features);
    this.emotion = createEmotionEmbedding(weights, weights.config, 'prior.emotion', 'prior.embed.emotion');
    this.last = tables('last');
    this.ref = tables('ref');
    this.chain = tables('chain');
    this.heads = books.map(({ name }) => head(name));
    this.form = prior.form ? head('form') : null;
    this.stack = engine.stack('prior', prior.stack, batch);
    this.x = new Float32Array(batch * prior.stack.width);
    this.normed = new Float32Array(batch * prior.stack.width);
    this.hidden = new Float32Array(batch * prior.hidden);
  }

  /** One beat of every lane that has an input; calls `pick` for each of its books in order, then for the form. */
  async step(inputs: readonly (BeatInput | null)[], pick: Pick): Promise<void> {
    const { stack, rows } = this;
    const { width } = stack;
    rows.active.fill(0);
    for (const [lane, input] of inputs.entries())
      if (input)
        await rows.begin(lane, input.strength, async (from, to) => stack.restore(to, await stack.save(from)));
    for (let row = 0; row < rows.count; row++) {
      const input = rows.active[row] ? inputs[rows.laneOf(row)] : null;
      if (input) this.writeInput(input, rows.isTold(row), row * width);
    }
    const sums = (await stack.step(this.x, rows.active)).slice();
    const lanes = inputs.flatMap((input, lane) => (input ? [lane] : []));
    for (let book = 0; book < this.heads.length; book++) {
      const logits = await this.logits(this.heads[book], sums, lanes);
      lanes.forEach((lane, i) => {
        const code = pick(lane, book, logits[i]);
        for (const row of rows.of(lane)) this.chain[book].add(code, sums, row * width);
      });
    }
    const ending = lanes.filter((lane) => inputs[lane]!.endsBar);
    if (!this.form || ending.length === 0) return;
    const logits = await this.logits(this.form, sums, ending);
    ending.forEach((lane, i) => {
      pick(lane, FORM, logits[i]);
    });
  }

  private writeInput(input: BeatInput, isTold: boolean, offset: number): void {
    const { features, against = features, emotion } = input;
    this.embed.write(isTold ? features : against, this.x, offset);
    addVector(this.emotion.vector(isTold ? emotion : null), this.x, offset);
    input.last?.forEach((code, book) => {
      this.last[book].add(code, this.x, offset);
    });
    input.ref?.forEach((code, book) => {
      this.ref[book].add(code, this.x, offset);
    });
  }

  private async logits(
    head: ChainHead,
    sums: Float32Array,
    lanes: readonly number[],
  ): Promise<Float32Array[]> {
    const { width } = this.stack;
    const rows = this.rows.asked(lanes);
    rows.forEach((row, i) => {
      normalise(head, sums, row * width, this.normed, i * width);
    });
    const { outputs: hidden } = head.input;
    this.hidden.set(await head.input.apply(this.normed, rows.length));
    const inner = this.hidden.subarray(0, rows.length * hidden);
    const all = head.output.applyToGelu
      ? await head.output.applyToGelu(inner, rows.length)
      : await head.output.apply(geluInPlace(inner), rows.length);
    const size = head.output.outputs;
    return this.rows.mix(
      lanes,
      rows.map((_, i) => all.subarray(i * size, (i + 1) * size)),
    );
  }

  async mark(lane: number): Promise<WayBack> {
    const rows = this.rows.of(lane);
    const back = this.rows.mark();
    const states: StackState[] = [];
    for (const row of rows) states.push(await this.stack.save(row));
    return () => {
      back();
      rows.forEach((row, i) => {
        this.stack.restore(row, states[i]);
      });
    };
  }

  dispose(): void {
    this.stack.dispose();
    for (const head of [...this.heads, ...(this.form ? [this.form] : [])]) {
      head.input.dispose();
      head.output.dispose();
    }
  }
}

/** Layer norm of the row at `from` of `x` into `out` at `offset`. */
function normalise(
  { normWeight, normBias }: ChainHead,
  x: Float32Array,
  from: number,
  out: Float32Array,
  offset: number,
): void {
  const width = normWeight.length;
  let mean = 0;
  for (let i = 0; i < width; i++) mean += x[from + i];
  mean /= width;
  let variance = 0;
  for (let i = 0; i < width; i++) variance += (x[from + i] - mean) * (x[from + i] - mean);
  const scale = 1 / Math.sqrt(variance / width + NORM_EPS);
  for (let i = 0; i < width; i++)
    out[offset + i] = (x[from + i] - mean) * scale * normWeight[i] + normBias[i];
}
