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
  readonly inner: Float32Array;
  readonly logits: readonly Float32Array[];
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
    const makeHead = (element: Element, input: Dense): Head => ({
      input,
      output: decoder.hidden ? engine.dense(`heads.${element}.out`, batch) : null,
      joins: decoder.joins[element].map((j) => ({
        column: columnOf(j),
        table: Table.of(weights, `heads.${element}.join.${j}`),
      })),
      rows: new Float32Array(batch * decoder.element.width),
      inner: new Float32Array(batch * input.outputs),
      logits: Array.from({ length: batch }, () => new Float32Array(VOCABULARY_SIZES[element])),
    });
    this.heads = new Map(
      elements.map((element) => [element, makeHead(element, engine.dense(`heads.${element}.in`, batch))]),
    );
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
    const { input, output, joins, rows: gathered, inner, logits } = this.heads.get(element)!;
    for (let i = 0; i < rows.length; i++) {
      const at = rows[i] * this.width;
      if (rows.length === 1 && at === 0)
        gathered.set(y.length > gathered.length ? y.subarray(0, this.width) : y);
      else gathered.set(y.subarray(at, at + this.width), i * this.width);
    }
    inner.set(await input.apply(gathered, rows.length));
    for (const { column, table } of joins)
      for (let i = 0; i < rows.length; i++) table.add(words[i][column], inner, i * input.outputs);
    let all: Float32Array = inner;
    if (output?.applyToGelu) all = await output.applyToGelu(inner, rows.length);
    else if (output) all = await output.apply(geluInPlace(inner), rows.length);
    const size = VOCABULARY_SIZES[element];
    return rows.map((_, i) => {
      for (let value = 0; value < size; value++) logits[i][value] = all[i * size + value];
      return logits[i];
    });
  }

  dispose(): void {
    for (const { input, output } of this.heads.values()) {
      input.dispose();
      output?.dispose();
    }
  }
}
