import { portableCos, portableExp, portableSin } from '../engines/portable-math.ts';
import type { WindowStackSpec } from './config.ts';

/** ln 2048: the slowest of the angles by place turns once in about 2048 steps times 2 pi. */
const LOG_BASE = 7.624618986159398;
const TURN = 2 * Math.PI;

/**
 * Rotary positions (Su et al. 2021), told twice: half of a head's pairs turn by place in the sequence, half by musical time,
 * with periods that double from `firstPeriod`.
 */
export class Rotary {
  /** Pairs of a head: its first half turns with its second. */
  readonly pairs: number;
  readonly #rates: Float64Array;
  readonly #periods: Float64Array;

  constructor({ width, heads, firstPeriod }: Pick<WindowStackSpec, 'width' | 'heads' | 'firstPeriod'>) {
    const half = width / heads / 4;
    this.pairs = 2 * half;
    this.#rates = Float64Array.from({ length: half }, (_, i) => portableExp((-i / half) * LOG_BASE));
    this.#periods = Float64Array.from({ length: half }, (_, i) => firstPeriod * 2 ** i);
  }

  /** Writes the cosines, then the sines of a step: 2 * pairs values from `offset`. */
  write(place: number, time: number, out: Float32Array, offset: number): void {
    const half = this.pairs / 2;
    for (let i = 0; i < half; i++) {
      this.#turn(place * this.#rates[i], out, offset + i);
      const part = time / this.#periods[i];
      this.#turn(TURN * (part - Math.floor(part)), out, offset + half + i);
    }
  }

  #turn(angle: number, out: Float32Array, at: number): void {
    const small = angle - Math.floor(angle / TURN) * TURN;
    out[at] = portableCos(small);
    out[at + this.pairs] = portableSin(small);
  }
}
