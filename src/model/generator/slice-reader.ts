import { addVector, Table } from '../muser/table.ts';
import type { BeatCodes } from './codes.ts';
import type { GroupSpec } from './config.ts';
import type { GeneratorWeights } from './weights.ts';

interface Group {
  readonly index: number;
  readonly levels: readonly Table[];
}

/**
 * What a step sees of the slices of some groups. Tensors: `<name>.<group>.<level>`, `<name>.none`; the first half is of its
 * own beat, the second of the next.
 */
export class SliceReader {
  readonly width: number;
  readonly #groups: readonly Group[];
  readonly #none: Float32Array;

  constructor(weights: GeneratorWeights, name: string, sees: (group: GroupSpec) => boolean) {
    this.#none = weights.get(`${name}.none`);
    this.width = this.#none.length / 2;
    this.#groups = weights.config.groups.flatMap((group, index) => {
      if (!sees(group)) return [];
      const at = `${name}.${group.name}`;
      return { index, levels: group.books.map((_, level) => Table.of(weights, `${at}.${level}`)) };
    });
  }

  /** Adds what is seen of a step's own beat and of the next one; null where there is no such beat. */
  add(here: BeatCodes | null, next: BeatCodes | null, out: Float32Array): void {
    if (here) this.#addHalf(here, 0, out);
    if (next) this.#addHalf(next, this.width, out);
  }

  #addHalf({ plan, detail }: BeatCodes, from: number, out: Float32Array): void {
    const half = (row: Float32Array): Float32Array => row.subarray(from, from + this.width);
    for (const { index, levels } of this.#groups) {
      addVector(half(levels[0].row(plan[index])), out, 0);
      if (detail)
        for (const [i, code] of Array.from(detail[index]).entries())
          addVector(half(levels[i + 1].row(code)), out, 0);
    }
    if (!detail) addVector(half(this.#none), out, 0);
  }
}
