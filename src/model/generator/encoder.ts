import { linear } from '../engines/reference/arithmetic.ts';
import { geluInPlace, type Linear, readLinear } from '../engines/shared.ts';
import { Table } from '../muser/table.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { type BeatEntries, beatEntries, type GroupName } from './beat-entries.ts';
import type { BeatCodes } from './codes.ts';
import type { GroupSpec } from './config.ts';
import { ResidualBook } from './residual-book.ts';
import type { GeneratorWeights } from './weights.ts';

/** What a beat is, a vector a group. */
export type BeatSlices = readonly Float32Array[];

/** Slices and codes of the beats of a word sequence. */
export class Encoder {
  readonly #groups: readonly GroupEncoder[];
  readonly #names: readonly GroupName[];

  constructor(weights: GeneratorWeights) {
    this.#groups = weights.config.groups.map((group) => new GroupEncoder(weights, group));
    this.#names = weights.config.groups.map(({ name }) => name);
  }

  /** Codes of every beat, plan and detail. */
  encode(words: Words): BeatCodes[] {
    return this.slices(words).map((slices) => this.codesOf(slices));
  }

  /** Slices of every beat, before they become codes. */
  slices(words: Words): BeatSlices[] {
    return beatEntries(words).map((entries) => this.#groups.map((group) => group.slice(entries)));
  }

  /** The codes nearest to the slices of a beat. */
  codesOf(slices: BeatSlices): BeatCodes {
    const codes = this.#groups.map(({ book }, i) => book.nearest(slices[i]));
    return { plan: codes.map(([first]) => first), detail: codes.map(([, ...further]) => further) };
  }

  /** What the codes of a beat stand for. */
  meant(slices: BeatSlices): BeatSlices {
    return this.#groups.map(({ book }, i) => book.sum(book.nearest(slices[i])));
  }

  /** The code of the plan that a beat has in one group. */
  planCode(name: GroupName, entries: BeatEntries): number {
    const group = this.#groups[this.#names.indexOf(name)];
    return group.book.nearest(group.slice(entries))[0];
  }
}

/** A group's slice of a beat: rows of a table, summed, through two layers; and its codes. */
class GroupEncoder {
  readonly book: ResidualBook;
  readonly #name: GroupName;
  readonly #table: Table;
  readonly #in: Linear;
  readonly #out: Linear;

  constructor(weights: GeneratorWeights, { name, books, dim }: GroupSpec) {
    this.#name = name;
    this.#table = Table.of(weights, `encode.${name}.table`);
    this.#in = readLinear(weights, `encode.${name}.in`);
    this.#out = readLinear(weights, `encode.${name}.out`);
    this.book = new ResidualBook(
      books.map((_, level) => weights.get(`books.${name}.${level}`)),
      dim,
    );
  }

  slice(entries: BeatEntries): Float32Array {
    const sum = new Float32Array(this.#table.width);
    for (const row of entries[this.#name]) if (row > 0) this.#table.add(row, sum, 0);
    const inner = geluInPlace(linear(this.#in, geluInPlace(sum)));
    return linear(this.#out, inner);
  }
}
