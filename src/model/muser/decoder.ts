import type { Engine, Stack } from '../engines/engine.ts';
import { AffettoError } from '../error.ts';
import { FEATURES } from '../tokens/features.ts';
import type { Element } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { crossMemory } from './cross-memory.ts';
import { ElementDecoders } from './element-decoders.ts';
import { addPosition, EmbeddingSum } from './embedding.ts';
import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from './emotion-embedding.ts';
import { GuidedRows } from './guided-rows.ts';
import { Heads } from './heads.ts';
import type { WayBack } from './lane.ts';
import { type CodeMemory, type CodeView, createMemory } from './memory.ts';
import { addVector } from './table.ts';

/** What a lane's decoder step is told. */
export interface DecoderInput {
  /** State features after the last word (tokens/features.ts). */
  readonly features: Uint8Array;
  /** Number of the step, from 0. */
  readonly step: number;
  readonly emotion: Emotion | null;
  readonly codes: CodeView;
  /** Of guidance; the decoder's own where absent. */
  readonly strength?: number;
}

/**
 * Two-level decoding of several lanes at once: a global stack over words, then a stack and a head for each element.
 * With guidance there are two lanes for each: one with the emotion, one without; logits are mixed.
 */
export class Decoder {
  private readonly weights: WeightSet;
  private readonly rows: GuidedRows;
  private readonly embed: EmbeddingSum;
  /** Where the step's features are found among all state features. */
  private readonly columns: readonly number[];
  private readonly emotion: EmotionEmbedding;
  private readonly memory: CodeMemory;
  private readonly global: Stack;
  private readonly elements: ElementDecoders;
  private readonly heads: Heads;
  private readonly x: Float32Array;
  private readonly gathered: Uint8Array;
  private readonly views: (CodeView | null)[] = [];
  /** What cross-attention was given, a lane. */
  private readonly codes: (readonly (readonly number[])[])[] = [];

  /** @param strength of guidance; 1 = none, which costs half; @param changes whether inputs may bring another one */
  constructor(weights: WeightSet, engine: Engine, lanes: number, strength: number, changes = false) {
    const { decoder } = weights.config;
    this.weights = weights;
    this.rows = new GuidedRows(lanes, strength, changes);
    const batch = this.rows.count;
    this.embed = new EmbeddingSum(weights, 'decoder.embed', decoder.features);
    this.columns = decoder.features.map(([name, size]) => {
      const column = FEATURES.findIndex((feature) => feature[0] === name && feature[1] === size);
      if (column < 0)
        throw new AffettoError(`${weights.file}: unknown decoder feature '${name}' of ${size} values`);
      return column;
    });
    this.emotion = createEmotionEmbedding(
      weights,
      weights.config,
      'decoder.emotion',
      'decoder.embed.emotion',
    );
    this.memory = createMemory(weights);
    this.global = engine.stack('global', decoder.global, batch);
    this.elements = new ElementDecoders(weights, engine, batch, this.memory);
    this.heads = new Heads(weights, engine, batch);
    this.x = new Float32Array(batch * decoder.global.width);
    this.gathered = new Uint8Array(decoder.features.length);
  }

  /** One step of every lane that has an input; then `logits` may be asked for those lanes. */
  async step(inputs: readonly (DecoderInput | null)[]): Promise<void> {
    const { width } = this.global;
    const { rows } = this;
    rows.active.fill(0);
    for (const [lane, input] of inputs.entries())
      if (input) await rows.begin(lane, input.strength, (from, to) => this.copyRow(from, to));
    for (let row = 0; row < rows.count; row++) {
      const input = rows.active[row] ? inputs[rows.laneOf(row)] : null;
      this.views[row] = input?.codes ?? null;
      if (input) this.writeInput(input, rows.isTold(row) ? input.emotion : null, row * width);
    }
    const h = await this.global.step(this.x, rows.active);
    await this.elements.step(h, rows.active, this.views);
  }

  private writeInput(input: DecoderInput, emotion: Emotion | null, offset: number): void {
    const { config } = this.weights;
    for (let i = 0; i < this.columns.length; i++) this.gathered[i] = input.features[this.columns[i]];
    this.embed.write(this.gathered, this.x, offset);
    // A quadrant's tag is part of the first step only; a continuous emotion is felt at every step.
    const felt = config.emotion === 'quadrant' && input.step > 0 ? null : emotion;
    addVector(this.emotion.vector(felt), this.x, offset);
    if (config.decoder.positions === 'sinusoidal') addPosition(input.step, this.global.width, this.x, offset);
    this.memory.addGlobal(input.codes, this.x, offset);
  }

  /**
   * Logits of an element for some lanes, given the values already chosen in each lane's word.
   * @returns one row for each of `lanes`, valid until the next call
   */
  async logits(
    element: Element,
    lanes: readonly number[],
    words: readonly ArrayLike<number>[],
  ): Promise<Float32Array[]> {
    const rows = this.rows.asked(lanes);
    const chosen = rows.map((row) => words[this.rows.laneOf(row)]);
    const y = await this.elements.output(element, rows);
    return this.rows.mix(lanes, await this.heads.logits(element, y, rows, chosen));
  }

  /** Gives a lane's cross-attention the codes of the whole piece: for each step one code, or one for each element. */
  async setCodes(lane: number, codes: readonly (readonly number[])[]): Promise<void> {
    this.codes[lane] = codes;
    const memory = crossMemory(this.weights, codes);
    for (const row of this.rows.of(lane)) await this.global.setMemory?.(memory, codes.length, row);
  }

  /** Forgets the words of a lane; its cross-attention memory is given again. */
  async restart(lane: number): Promise<void> {
    for (const row of this.rows.of(lane)) {
      this.global.reset(row);
      this.elements.reset(row);
    }
    if (this.codes[lane]) await this.setCodes(lane, this.codes[lane]);
  }

  private async copyRow(from: number, to: number): Promise<void> {
    this.global.restore(to, await this.global.save(from));
    await this.elements.copyRow(from, to);
  }

  async mark(lane: number): Promise<WayBack> {
    const backs: WayBack[] = [this.rows.mark()];
    for (const row of this.rows.of(lane)) {
      const state = await this.global.save(row);
      backs.push(() => this.global.restore(row, state), await this.elements.mark(row));
    }
    const codes = this.codes[lane];
    return () => {
      for (const back of backs) back();
      this.codes[lane] = codes;
    };
  }

  dispose(): void {
    this.global.dispose();
    this.elements.dispose();
    this.heads.dispose();
  }
}
