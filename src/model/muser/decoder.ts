import type { Engine, Stack } from '../engines/engine.ts';
import { AffettoError } from '../error.ts';
import { FEATURES } from '../tokens/features.ts';
import type { Element } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { crossMemory } from './cross-memory.ts';
import { ElementDecoders } from './element-decoders.ts';
import { addPosition, EmbeddingSum } from './embedding.ts';
import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from './emotion-embedding.ts';
import { Heads } from './heads.ts';
import type { WayBack } from './lane.ts';
import { type CodeMemory, type CodeView, createMemory } from './memory.ts';
import { guide } from './sampling.ts';
import { addVector } from './table.ts';

/** What a lane's decoder step is told. */
export interface DecoderInput {
  /** State features after the last word (tokens/features.ts). */
  readonly features: Uint8Array;
  /** Number of the step, from 0. */
  readonly step: number;
  readonly emotion: Emotion | null;
  readonly codes: CodeView;
}

/**
 * Two-level decoding of several lanes at once: a global stack over words, then a stack and a head for each element.
 * With guidance there are two lanes for each: one with the emotion, one without; logits are mixed.
 */
export class Decoder {
  private readonly weights: WeightSet;
  private readonly lanes: number;
  private readonly strength: number;
  private readonly embed: EmbeddingSum;
  /** Where the step's features are found among all state features. */
  private readonly columns: readonly number[];
  private readonly emotion: EmotionEmbedding;
  private readonly memory: CodeMemory;
  private readonly global: Stack;
  private readonly elements: ElementDecoders;
  private readonly heads: Heads;
  private readonly x: Float32Array;
  private readonly active: Uint8Array;
  private readonly gathered: Uint8Array;
  private readonly views: (CodeView | null)[] = [];
  /** What cross-attention was given, a lane. */
  private readonly codes: (readonly (readonly number[])[])[] = [];

  /** @param strength of guidance; 1 = none, which costs half */
  constructor(weights: WeightSet, engine: Engine, lanes: number, strength: number) {
    const { decoder } = weights.config;
    this.weights = weights;
    this.lanes = lanes;
    this.strength = strength;
    const batch = strength === 1 ? lanes : 2 * lanes;
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
    this.active = new Uint8Array(batch);
    this.gathered = new Uint8Array(decoder.features.length);
  }

  /** One step of every lane that has an input; then `logits` may be asked for those lanes. */
  async step(inputs: readonly (DecoderInput | null)[]): Promise<void> {
    const { width } = this.global;
    for (let row = 0; row < this.active.length; row++) {
      const input = inputs[row % this.lanes];
      this.active[row] = input ? 1 : 0;
      this.views[row] = input?.codes ?? null;
      if (input) this.writeInput(input, row < this.lanes ? input.emotion : null, row * width);
    }
    const h = await this.global.step(this.x, this.active);
    await this.elements.step(h, this.active, this.views);
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
    const guided = this.strength !== 1;
    const rows = guided ? [...lanes, ...lanes.map((lane) => lane + this.lanes)] : lanes;
    const chosen =
      lanes.length === this.lanes && !guided ? words : rows.map((row) => words[row % this.lanes]);
    const y = await this.elements.output(element, rows);
    const all = await this.heads.logits(element, y, rows, chosen);
    if (!guided) return all;
    const asked = all.slice(0, lanes.length);
    asked.forEach((row, i) => {
      guide(row, all[lanes.length + i], this.strength);
    });
    return asked;
  }

  /** Gives a lane's cross-attention the codes of the whole piece: for each step one code, or one for each element. */
  async setCodes(lane: number, codes: readonly (readonly number[])[]): Promise<void> {
    this.codes[lane] = codes;
    const memory = crossMemory(this.weights, codes);
    for (let row = lane; row < this.active.length; row += this.lanes)
      await this.global.setMemory?.(memory, codes.length, row);
  }

  /** Forgets the words of a lane; its cross-attention memory is given again. */
  async restart(lane: number): Promise<void> {
    for (let row = lane; row < this.active.length; row += this.lanes) {
      this.global.reset(row);
      this.elements.reset(row);
    }
    if (this.codes[lane]) await this.setCodes(lane, this.codes[lane]);
  }

  async mark(lane: number): Promise<WayBack> {
    const backs: WayBack[] = [];
    for (let row = lane; row < this.active.length; row += this.lanes) {
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
