import type { WindowStackSpec } from './config.ts';

/**
 * Where the generator's arithmetic runs. Lanes are pieces that are written side by side; a call serves some of them, a row
 * each. Returned arrays are views that stay valid until the next call on the same object.
 */
export interface GeneratorEngine {
  readonly name: string;
  /** @param room steps beyond the window whose keys and values are kept, to go back to; ROOM where absent */
  stack(name: string, spec: WindowStackSpec, lanes: number, room?: number): WindowStack;
  element(name: string, layers: number, rows: number): ElementNetwork;
  head(name: string, rows: number): Head;
}

/** Causal softmax attention over the last `window` steps of a lane; the keys and values of more are kept, to go back to. */
export interface WindowStack {
  readonly width: number;
  /**
   * The next step of each of `lanes` (none twice).
   * @param x a row of `width` a lane, in their order; @param times musical time of each step
   * @returns a row a lane, after the final norm
   */
  step(x: Float32Array, lanes: readonly number[], times: readonly number[]): Float32Array;
  /** Steps that a lane has taken. */
  length(lane: number): number;
  /** Takes a lane back to where it had taken `length` steps. Throws when that lies further back than is kept. */
  back(lane: number, length: number): void;
  /** Makes a lane what another one is; both took the same steps before the step `since`. */
  copy(from: number, to: number, since: number): void;
  dispose(): void;
}

/** An element's decoder: x = enter(h) + own, layers of x += down(gelu(up(norm x))), then out(gelu(in(norm x) + joined)). */
export interface ElementNetwork {
  readonly width: number;
  readonly hidden: number;
  readonly outputs: number;
  /** @param h rows of the stack's width; own: rows of `width`; joined: rows of `hidden`. @returns rows of logits */
  logits(h: Float32Array, own: Float32Array, joined: Float32Array, rows: number): Float32Array;
  dispose(): void;
}

/** out(gelu(in(norm x))). */
export interface Head {
  readonly outputs: number;
  apply(x: Float32Array, rows: number): Float32Array;
  dispose(): void;
}

/** Steps beyond the window whose keys and values are kept, where nothing else is said. */
export const ROOM = 512;
