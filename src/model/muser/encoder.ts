import type { Engine } from '../engines/engine.ts';
import { geluInPlace } from '../engines/shared.ts';
import { ELEMENTS, VOCABULARY_SIZES, WORD_WIDTH, type Words } from '../tokens/vocabulary.ts';
import type { OwnEncoder, TransformerEncoder } from '../weights/config.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { beatViews } from './beat-view.ts';
import { addPosition, EmbeddingSum } from './embedding.ts';
import { Codebook } from './quantizer.ts';

/** Codes in time order, each a list with one code a book. */
export type Codes = readonly (readonly number[])[];

/** Music -> codes: one set a beat, or one a word. */
export interface Encoder {
  encode(words: Words): Promise<Codes>;
}

export function createEncoder(weights: WeightSet, engine: Engine): Encoder {
  const { encoder } = weights.config;
  return encoder.kind === 'own'
    ? new BeatEncoder(weights, engine, encoder)
    : new WordEncoder(weights, engine, encoder);
}

/** Each book looks at its own element of a beat, through one hidden layer. Tensors: `encoder.<book>.in`, `.out`. */
class BeatEncoder implements Encoder {
  private readonly weights: WeightSet;
  private readonly engine: Engine;

  constructor(weights: WeightSet, engine: Engine, _spec: OwnEncoder) {
    this.weights = weights;
    this.engine = engine;
  }

  async encode(words: Words): Promise<Codes> {
    const names = this.weights.config.books.map((book) => book.name);
    const columns: number[][] = [];
    for (const [name, rows] of beatViews(words, names)) columns.push(await this.encodeBook(name, rows));
    return columns[0].map((_, beat) => columns.map((column) => column[beat]));
  }

  private async encodeBook(name: string, rows: readonly Float32Array[]): Promise<number[]> {
    const book = new Codebook(this.weights, name);
    const inner = this.engine.dense(`encoder.${name}.in`, rows.length);
    const outer = this.engine.dense(`encoder.${name}.out`, rows.length);
    const x = new Float32Array(rows.length * inner.inputs);
    rows.forEach((row, beat) => {
      x.set(row, beat * inner.inputs);
    });
    const hidden = geluInPlace((await inner.apply(x, rows.length)).slice());
    const z = await outer.apply(hidden, rows.length);
    const codes = rows.map((_, beat) => book.nearest(z, beat * book.dim));
    inner.dispose();
    outer.dispose();
    return codes;
  }
}

/** The paper's: seven embeddings and a position a word, a stack that sees both ways, a projection to the shared book. */
class WordEncoder implements Encoder {
  private readonly weights: WeightSet;
  private readonly engine: Engine;
  private readonly spec: TransformerEncoder;

  constructor(weights: WeightSet, engine: Engine, spec: TransformerEncoder) {
    this.weights = weights;
    this.engine = engine;
    this.spec = spec;
  }

  async encode(words: Words): Promise<Codes> {
    const { weights, engine } = this;
    const { width } = this.spec.stack;
    const length = words.length / WORD_WIDTH;
    const longest = weights.config.maxSteps ?? length;
    const embed = new EmbeddingSum(
      weights,
      'encoder.embed',
      ELEMENTS.map((e) => [e, VOCABULARY_SIZES[e]]),
    );
    const book = new Codebook(weights, weights.config.books[0].name);
    const codes: number[][] = [];
    for (let start = 0; start < length; start += longest) {
      const count = Math.min(longest, length - start);
      const x = new Float32Array(count * width);
      for (let t = 0; t < count; t++) {
        embed.write(words.subarray((start + t) * WORD_WIDTH, (start + t + 1) * WORD_WIDTH), x, t * width);
        addPosition(t, width, x, t * width);
      }
      const h = await engine.encode('encoder', this.spec.stack, x, count);
      const out = engine.dense('encoder.out', count);
      const z = await out.apply(h, count);
      for (let t = 0; t < count; t++) codes.push([book.nearest(z, t * book.dim)]);
      out.dispose();
    }
    return codes;
  }
}
