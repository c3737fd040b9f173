import { EmbeddingSum } from '../muser/embedding.ts';
import { addVector, Table } from '../muser/table.ts';

import { REFERENCE } from './bar-reference.ts';
import type { BeatMemory } from './beat-memory.ts';
import type { ElementNetwork, GeneratorEngine, WindowStack } from './engine.ts';
import { ELEMENTS, type Element, FEATURES } from './vocabulary.ts';
import type { GeneratorWeights } from './weights.ts';

/** What a step of a lane is told. */
export interface DecoderInput {
  readonly lane: number;
  readonly features: Uint8Array;
  /** REFERENCE; zeros add nothing. */
  readonly reference: Uint8Array;
  /** Sixteenths from the start. */
  readonly time: number;
  readonly memory: BeatMemory;
}

interface ElementPart {
  readonly network: ElementNetwork;
  readonly joins: readonly { readonly column: number; readonly table: Table }[];
  readonly own: Float32Array;
  readonly joined: Float32Array;
}

/** Writes words: a stack over all words, and for each element a decoder that sees its output and the element's own slices. */
export class Decoder {
  readonly stack: WindowStack;
  readonly #embed: EmbeddingSum;
  readonly #reference: readonly Table[];
  readonly #parts: ReadonlyMap<Element, ElementPart>;
  readonly #x: Float32Array;
  /** Outputs of the last step and what it was told, by lane. */
  readonly #h: Float32Array;
  readonly #gathered: Float32Array;
  readonly #memory: BeatMemory[];
  /** Of the rows of a step. */
  readonly #lanes: number[] = [];
  readonly #times: number[] = [];

  constructor(weights: GeneratorWeights, engine: GeneratorEngine, lanes: number, room?: number) {
    const { stack, element } = weights.config.decoder;
    this.stack = engine.stack('decoder', stack, lanes, room);
    this.#embed = new EmbeddingSum(weights, 'decoder.embed', FEATURES);
    this.#reference = REFERENCE.map(([name]) => Table.of(weights, `decoder.reference.${name}`));
    const part = (e: Element): ElementPart => {
      const network = engine.element(`elements.${e}`, element.layers, lanes);
      return {
        network,
        joins: element.joins[e].map((joined) => ({
          column: ELEMENTS.indexOf(joined),
          table: Table.of(weights, `elements.${e}.join.${joined}`),
        })),
        own: new Float32Array(lanes * network.width),
        joined: new Float32Array(lanes * network.hidden),
      };
    };
    this.#parts = new Map(ELEMENTS.map((e) => [e, part(e)]));
    this.#x = new Float32Array(lanes * stack.width);
    this.#h = new Float32Array(lanes * stack.width);
    this.#gathered = new Float32Array(lanes * stack.width);
    this.#memory = new Array(lanes);
  }

  /** The next step of some lanes. */
  step(inputs: readonly DecoderInput[]): void {
    const { width } = this.stack;
    for (let row = 0; row < inputs.length; row++) {
      const { lane, features, reference, time, memory } = inputs[row];
      this.#embed.write(features, this.#x, row * width);
      for (let i = 0; i < reference.length; i++)
        if (reference[i] > 0) this.#reference[i].add(reference[i], this.#x, row * width);
      addVector(memory.shared, this.#x, row * width);
      this.#memory[lane] = memory;
      this.#lanes[row] = lane;
      this.#times[row] = time;
    }
    this.#lanes.length = inputs.length;
    const h = this.stack.step(this.#x, this.#lanes, this.#times);
    for (let row = 0; row < inputs.length; row++)
      copyFloats(h, row * width, width, this.#h, this.#lanes[row] * width);
  }

  /**
   * Logits of an element at the last step of some lanes, a row each.
   * @param words the word of each of these lanes as far as it has been chosen
   */
  logits(element: Element, lanes: readonly number[], words: readonly ArrayLike<number>[]): Float32Array {
    const { network, joins, own, joined } = this.#parts.get(element)!;
    const { width } = this.stack;
    joined.fill(0, 0, lanes.length * network.hidden);
    for (let row = 0; row < lanes.length; row++) {
      const lane = lanes[row];
      copyFloats(this.#h, lane * width, width, this.#gathered, row * width);
      const told = this.#memory[lane].own[element];
      if (told) own.set(told, row * network.width);
      for (let i = 0; i < joins.length; i++)
        joins[i].table.add(words[row][joins[i].column], joined, row * network.hidden);
    }
    return network.logits(this.#gathered, own, joined, lanes.length);
  }

  dispose(): void {
    this.stack.dispose();
    for (const { network } of this.#parts.values()) network.dispose();
  }
}

/** Without a view, of which a step would leave many behind. */
function copyFloats(from: Float32Array, at: number, count: number, to: Float32Array, offset: number): void {
  for (let i = 0; i < count; i++) to[offset + i] = from[at + i];
}
