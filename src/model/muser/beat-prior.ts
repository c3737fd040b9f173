import type { Dense, Engine, Stack, StackState } from '../engines/engine.ts';
import { geluInPlace, NORM_EPS } from '../engines/shared.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { EmbeddingSum } from './embedding.ts';
import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from './emotion-embedding.ts';
import { guide } from './sampling.ts';
import { addVector, Table } from './table.ts';

/** What the prior is told of a beat before it chooses the beat's codes. */
export interface BeatInput {
  /** Codes of the beat before, and of the beat at the same place in the bar that this one returns to. */
  readonly last: readonly number[] | null;
  readonly ref: readonly number[] | null;
  /** Values in the order of the config's prior features: beat in bar, ending, mode, form. */
  readonly features: readonly number[];
  readonly emotion: Emotion | null;
  /** True on the last beat of a bar: the next bar's return distance is chosen too. */
  readonly endsBar: boolean;
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
  private readonly lanes: number;
  private readonly strength: number;
  private readonly embed: EmbeddingSum;
  private readonly emotion: EmotionEmbedding;
  private readonly last: readonly Table[];
  private readonly ref: readonly Table[];
  private readonly chain: readonly Table[];
  private readonly heads: readonly ChainHead[];
  private readonly form: ChainHead | null;
  private readonly stack: Stack;
  private readonly x: Float32Array;
  private readonly active: Uint8Array;
  private readonly normed: Float32Array;
  private readonly hidden: Float32Array;

  constructor(weights: WeightSet, engine: Engine, lanes: number, strength: number) {
    const { prior, books } = weights.config;
    this.lanes = lanes;
    this.strength = strength;
    const batch = strength === 1 ? lanes : 2 * lanes;
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
    this.active = new Uint8Array(batch);
    this.normed = new Float32Array(batch * prior.stack.width);
    this.hidden = new Float32Array(batch * prior.hidden);
  }

  /** One beat of every lane that has an input; calls `pick` for each of its books in order, then for the form. */
  async step(inputs: readonly (BeatInput | null)[], pick: Pick): Promise<void> {
    const { width } = this.stack;
    for (let row = 0; row < this.active.length; row++) {
      const input = inputs[row % this.lanes];
      this.active[row] = input ? 1 : 0;
      if (input) this.writeInput(input, row < this.lanes ? input.emotion : null, row * width);
    }
    const sums = (await this.stack.step(this.x, this.active)).slice();
    const lanes = inputs.flatMap((input, lane) => (input ? [lane] : []));
    for (let book = 0; book < this.heads.length; book++) {
      const logits = await this.logits(this.heads[book], sums, lanes);
      lanes.forEach((lane, i) => {
        const code = pick(lane, book, logits[i]);
        for (let row = lane; row < this.active.length; row += this.lanes)
          this.chain[book].add(code, sums, row * width);
      });
    }
    const ending = lanes.filter((lane) => inputs[lane]!.endsBar);
    if (!this.form || ending.length === 0) return;
    const logits = await this.logits(this.form, sums, ending);
    ending.forEach((lane, i) => {
      pick(lane, FORM, logits[i]);
    });
  }

  private writeInput(input: BeatInput, emotion: Emotion | null, offset: number): void {
    this.embed.write(input.features, this.x, offset);
    addVector(this.emotion.vector(emotion), this.x, offset);
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
    const guided = this.strength !== 1;
    const rows = guided ? 2 * lanes.length : lanes.length;
    for (let i = 0; i < rows; i++) {
      const row = i < lanes.length ? lanes[i] : lanes[i - lanes.length] + this.lanes;
      normalise(head, sums, row * width, this.normed, i * width);
    }
    const { outputs: hidden } = head.input;
    this.hidden.set(await head.input.apply(this.normed, rows));
    const inner = this.hidden.subarray(0, rows * hidden);
    const all = head.output.applyToGelu
      ? await head.output.applyToGelu(inner, rows)
      : await head.output.apply(geluInPlace(inner), rows);
    const size = head.output.outputs;
    const row = (i: number): Float32Array => all.subarray(i * size, (i + 1) * size);
    return lanes.map((_, i) => {
      const asked = row(i);
      if (guided) guide(asked, row(lanes.length + i), this.strength);
      return asked;
    });
  }

  reset(lane: number): void {
    for (let row = lane; row < this.active.length; row += this.lanes) this.stack.reset(row);
  }

  async save(lane: number): Promise<StackState[]> {
    const saved: StackState[] = [];
    for (let row = lane; row < this.active.length; row += this.lanes) saved.push(await this.stack.save(row));
    return saved;
  }

  restore(lane: number, saved: readonly StackState[]): void {
    saved.forEach((state, i) => {
      this.stack.restore(lane + i * this.lanes, state);
    });
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
