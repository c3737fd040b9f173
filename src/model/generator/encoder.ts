import { linear } from '../engines/reference/arithmetic.ts';
import { geluInPlace, type Linear, readLinear } from '../engines/shared.ts';
import { Table } from '../muser/table.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { type BeatEntries, beatEntries } from './beat-entries.ts';
import type { BeatCodes } from './codes.ts';
import type { GroupSpec } from './config.ts';
import { ResidualBook } from './residual-book.ts';
import type { GeneratorWeights } from './weights.ts';

/** Codes of every beat of a word sequence, plan and detail. */
export class Encoder {
  readonly #groups: readonly GroupEncoder[];

  constructor(weights: GeneratorWeights) {
    this.#groups = weights.config.groups.map((group) => new GroupEncoder(weights, group));
  }

  encode(words: Words): BeatCodes[] {
    return beatEntries(words).map((entries) => {
      const codes = this.#groups.map((group) => group.encode(entries));
      return { plan: codes.map(([first]) => first), detail: codes.map(([, ...further]) => further) };
    });
  }
}

/** A group's slice of a beat: rows of a table, summed, through two layers; then its nearest codes. */
class GroupEncoder {
  readonly #name: GroupSpec['name'];
  readonly #table: Table;
  readonly #in: Linear;
  readonly #out: Linear;
  readonly #book: ResidualBook;

  constructor(weights: GeneratorWeights, { name, books }: GroupSpec) {
    this.#name = name;
    this.#table = Table.of(weights, `encode.${name}.table`);
    this.#in = readLinear(weights, `encode.${name}.in`);
    this.#out = readLinear(weights, `encode.${name}.out`);
    this.#book = new ResidualBook(books.map((_, level) => weights.get(`books.${name}.${level}`)));
  }

  encode(entries: BeatEntries): number[] {
    const sum = new Float32Array(this.#table.width);
    for (const row of entries[this.#name]) if (row > 0) this.#table.add(row, sum, 0);
    const inner = geluInPlace(linear(this.#in, geluInPlace(sum)));
    return this.#book.nearest(linear(this.#out, inner));
  }
}
