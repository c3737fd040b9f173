import { addVector, Table } from '../muser/table.ts';
import type { BeatCodes } from './codes.ts';
import type { GroupSpec } from './config.ts';
import type { BeatSlices } from './encoder.ts';
import type { GeneratorWeights } from './weights.ts';

interface Group {
  readonly index: number;
  readonly dim: number;
  readonly levels: readonly Table[];
  /** A matrix a lag, two widths by `dim`. */
  readonly before: readonly Float32Array[];
}

/** The slices of a beat that was played; null where there was none. */
export type PlayedAt = (beat: number) => BeatSlices | null;

/**
 * What a step sees of the slices of some groups. Tensors: `<name>.<group>.<level>`, `<name>.<group>.before.<lag>`, `<name>.none`;
 * the first half is of its own beat, the second of the next.
 */
export class SliceReader {
  readonly width: number;
  readonly #lags: readonly number[];
  readonly #groups: readonly Group[];
  readonly #none: Float32Array;

  constructor(weights: GeneratorWeights, name: string, sees: (group: GroupSpec) => boolean) {
    this.#none = weights.get(`${name}.none`);
    this.width = this.#none.length / 2;
    this.#lags = weights.config.decoder.lags;
    this.#groups = weights.config.groups.flatMap((group, index) => {
      if (!sees(group)) return [];
      const at = `${name}.${group.name}`;
      return {
        index,
        dim: group.dim,
        levels: group.books.map((_, level) => Table.of(weights, `${at}.${level}`)),
        before: this.#lags.map((lag) => weights.get(`${at}.before.${lag}`)),
      };
    });
  }

  /** Adds what is seen of a step's own beat and of the next one; null where there is no such beat. */
  add(here: BeatCodes | null, next: BeatCodes | null, out: Float32Array): void {
    if (here) this.#addHalf(here, 0, out);
    if (next) this.#addHalf(next, this.width, out);
  }

  /** Adds what was played some beats before a beat, for the step's own or for the next one. */
  addPlayed(beat: number, isNext: boolean, played: PlayedAt, out: Float32Array): void {
    for (const [i, lag] of this.#lags.entries()) {
      const slices = played(beat - lag);
      if (!slices) continue;
      for (const { index, dim, before } of this.#groups)
        addProduct(before[i], Number(isNext) * this.width * dim, slices[index], out);
    }
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

/** out += W x, W row-major from `at`. */
function addProduct(weight: Float32Array, at: number, x: Float32Array, out: Float32Array): void {
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += weight[at++] * x[i];
    out[row] += sum;
  }
}
