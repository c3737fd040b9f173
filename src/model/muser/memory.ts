import type { Element } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { Table } from './table.ts';

/** The codes that one decoder step sees, a code a book; null where there is no such beat. */
export interface CodeView {
  readonly cur: readonly number[] | null;
  readonly next: readonly number[] | null;
}

/** How codes enter the decoder, apart from cross-attention. */
export interface CodeMemory {
  addGlobal(view: CodeView, out: Float32Array, offset: number): void;
  addElement(element: Element, view: CodeView, out: Float32Array, offset: number): void;
}

export function createMemory(weights: WeightSet): CodeMemory {
  return weights.config.decoder.memory === 'aligned' ? new AlignedMemory(weights) : new OwnSlices(weights);
}

interface BookTables {
  /** Column of the book in a code set. */
  readonly column: number;
  readonly cur: Table;
  readonly next: Table;
}

/** Rows of this beat's and the next beat's codes: some books for the global stack, each element's own for its stack. */
class AlignedMemory implements CodeMemory {
  private readonly global: BookTables[] = [];
  private readonly elements = new Map<Element, BookTables[]>();

  constructor(weights: WeightSet) {
    const { books, elements, decoder } = weights.config;
    const tables = (name: string, book: string, column: number): BookTables => ({
      column,
      cur: Table.of(weights, `${name}.cur.${book}`),
      next: Table.of(weights, `${name}.next.${book}`),
    });
    for (const element of elements) this.elements.set(element, []);
    books.forEach(({ name, element }, column) => {
      if (element === '*') return;
      if (decoder.globalBooks.includes(element)) this.global.push(tables('decoder.memory', name, column));
      this.elements.get(element)?.push(tables(`elements.${element}`, name, column));
    });
  }

  addGlobal(view: CodeView, out: Float32Array, offset: number): void {
    addRows(this.global, view, out, offset);
  }

  addElement(element: Element, view: CodeView, out: Float32Array, offset: number): void {
    addRows(this.elements.get(element)!, view, out, offset);
  }
}

function addRows(tables: readonly BookTables[], view: CodeView, out: Float32Array, offset: number): void {
  for (const { column, cur, next } of tables) {
    if (view.cur) cur.add(view.cur[column], out, offset);
    if (view.next) next.add(view.next[column], out, offset);
  }
}

/** A code a word: element e sees its own slice of it. `cur` holds one code for all elements, or one for each. */
class OwnSlices implements CodeMemory {
  private readonly tables: ReadonlyMap<Element, Table>;
  private readonly elements: readonly Element[];

  constructor(weights: WeightSet) {
    this.elements = weights.config.elements;
    this.tables = new Map(this.elements.map((e) => [e, Table.of(weights, `elements.${e}.codes`)]));
  }

  addGlobal(): void {}

  addElement(element: Element, { cur }: CodeView, out: Float32Array, offset: number): void {
    if (!cur) return;
    const code = cur.length === 1 ? cur[0] : cur[this.elements.indexOf(element)];
    this.tables.get(element)!.add(code, out, offset);
  }
}
