import { guide } from './sampling.ts';

/**
 * The rows of a batch under guidance: each lane's own, and a second one that is not told the emotion. The second rests
 * while the lane's strength is 1, and costs nothing then; when it wakes it begins from what the first remembers.
 */
export class GuidedRows {
  /** Rows altogether. */
  readonly count: number;
  /** 1 for each row that steps. */
  readonly active: Uint8Array;
  readonly #lanes: number;
  readonly #usual: number;
  #strengths: number[];
  #resting: boolean[];

  /** @param usual strength, 1 = none; @param changes whether lanes may be given another one */
  constructor(lanes: number, usual: number, changes: boolean) {
    this.#lanes = lanes;
    this.#usual = usual;
    this.count = usual === 1 && !changes ? lanes : 2 * lanes;
    this.active = new Uint8Array(this.count);
    this.#strengths = new Array<number>(lanes).fill(usual);
    this.#resting = new Array<boolean>(lanes).fill(false);
  }

  /** True for the rows that know the emotion. */
  isTold(row: number): boolean {
    return row < this.#lanes;
  }

  laneOf(row: number): number {
    return row % this.#lanes;
  }

  of(lane: number): number[] {
    return this.count > this.#lanes ? [lane, lane + this.#lanes] : [lane];
  }

  /** To be called before a lane's step; `copy` gives the state of one row to another. */
  async begin(
    lane: number,
    strength = this.#usual,
    copy: (from: number, to: number) => Promise<void>,
  ): Promise<void> {
    const second = lane + this.#lanes;
    this.active[lane] = 1;
    if (this.count === this.#lanes) return;
    this.#strengths[lane] = strength;
    this.active[second] = strength === 1 ? 0 : 1;
    if (this.#resting[lane] && strength !== 1) await copy(lane, second);
    this.#resting[lane] = strength === 1;
  }

  /** The rows that lanes need answers from: first each lane's own. */
  asked(lanes: readonly number[]): number[] {
    const second = lanes.filter((lane) => this.#isGuided(lane)).map((lane) => lane + this.#lanes);
    return [...lanes, ...second];
  }

  /** Mixes the logits of the rows that `asked` gave; one row for each lane is left. */
  mix(lanes: readonly number[], logits: Float32Array[]): Float32Array[] {
    let second = lanes.length;
    lanes.forEach((lane, i) => {
      if (this.#isGuided(lane)) guide(logits[i], logits[second++], this.#strengths[lane]);
    });
    return second === lanes.length ? logits : logits.slice(0, lanes.length);
  }

  mark(): () => void {
    const [strengths, resting] = [this.#strengths.slice(), this.#resting.slice()];
    return () => {
      this.#strengths = strengths.slice();
      this.#resting = resting.slice();
    };
  }

  #isGuided(lane: number): boolean {
    return this.count > this.#lanes && this.#strengths[lane] !== 1;
  }
}
