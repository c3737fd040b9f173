import type { Dense, Engine } from '../engines/engine.ts';
import { geluInPlace } from '../engines/shared.ts';
import { type Element, VOCABULARY_SIZES } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { columnOf } from './element-decoders.ts';
import { Table } from './table.ts';

interface Head {
  readonly input: Dense;
  /** Null where the head has no hidden layer: then `input` and the joins give the logits. */
  readonly output: Dense | null;
  readonly joins: readonly { readonly column: number; readonly table: Table }[];
  readonly rows: Float32Array;
}

/**
 * Output layers: an element's stack output, plus rows for the elements already chosen in the same word, to logits.
 * Tensors: `heads.<e>.in`, `heads.<e>.join.<j>`, `heads.<e>.out`.
 */
export class Heads {
  private readonly heads: ReadonlyMap<Element, Head>;
  private readonly width: number;

  constructor(weights: WeightSet, engine: Engine, batch: number) {
    const { elements, decoder } = weights.config;
    this.width = decoder.element.width;
    const makeHead = (element: Element): Head => ({
      input: engine.dense(`heads.${element}.in`, batch),
      output: decoder.hidden ? engine.dense(`heads.${element}.out`, batch) : null,
      joins: decoder.joins[element].map((j) => ({
        column: columnOf(j),
        table: Table.of(weights, `heads.${element}.join.${j}`),
      })),
      rows: new Float32Array(batch * decoder.element.width),
    });
    this.heads = new Map(elements.map((element) => [element, makeHead(element)]));
  }

  /**
   * @param y output of the element's stack, batch rows
   * @param rows the rows asked for, with the word in the making of each in `words`
   * @returns logits a row, valid until the next call
   */
  async logits(
    element: Element,
    y: Float32Array,
    rows: readonly number[],
    words: readonly ArrayLike<number>[],
  ): Promise<Float32Array[]> {
    const head = this.heads.get(element)!;
    rows.forEach((row, i) => {
      head.rows.set(y.subarray(row * this.width, (row + 1) * this.width), i * this.width);
    });
    const inner = (await head.input.apply(head.rows, rows.length)).slice();
    const { outputs } = head.input;
    words.forEach((word, i) => {
      for (const { column, table } of head.joins) table.add(word[column], inner, i * outputs);
    });
    const size = VOCABULARY_SIZES[element];
    const all = head.output ? await head.output.apply(geluInPlace(inner), rows.length) : inner;
    return rows.map((_, i) => all.subarray(i * size, (i + 1) * size));
  }

  dispose(): void {
    for (const { input, output } of this.heads.values()) {
      input.dispose();
      output?.dispose();
    }
  }
}
