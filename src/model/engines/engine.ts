/**
 * Where the arithmetic runs. Engines do dense stacks, at the level of one step; every gather-and-add of tables, feature,
 * mask and sample is done once, in src/model/muser, on plain typed arrays.
 *
 * Answers may be promises (a GPU can only answer so); callers `await` them. Returned arrays stay valid until the next
 * call on the same object, whatever is done with others meanwhile; inputs are read before a call returns.
 */
type Pending<T> = T | Promise<T>;

/** Shape of a stack of transformer layers with linear attention (feature map elu(x) + 1). */
export interface StackSpec {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly ffn: number;
  /** Layer norm before each sublayer with a residual around it, or after it (see docs/decisions.md). */
  readonly norm: 'pre' | 'post';
  /** Cross-attention over a memory, as norm3 / cross.*. */
  readonly cross: boolean;
  /** One decay g a head, 0 < g <= 1: S = g S + k v^T, z = g z + k. */
  readonly decay: readonly number[];
}

/** A saved lane of a stack; opaque, belongs to the engine and the spec that made it. */
export type StackState = Float32Array;

/**
 * The recurrent form of a causal stack: constant state a lane, the past is never recomputed.
 * Tensors: `<name>.layers.<i>.…` and `<name>.norm.*`.
 */
export interface Stack {
  readonly width: number;
  /** Lanes that step together: takes, and the two lanes of guidance. */
  readonly batch: number;
  /**
   * One step of every active lane.
   * @param x batch * width inputs, lane after lane
   * @param active 1 = step this lane, 0 = leave its state as it is (its output is then meaningless); all, if left out
   * @returns batch * width outputs (after the final norm)
   */
  step(x: Float32Array, active?: Uint8Array): Pending<Float32Array>;
  /**
   * A step in two halves, for stacks whose output is not always wanted: `takeIn` moves the states of the active lanes,
   * `answer` gives the outputs of those that are wanted, at most once a step. Together they are `step`.
   */
  takeIn?(x: Float32Array, active?: Uint8Array): Pending<void>;
  answer?(wanted?: Uint8Array): Pending<Float32Array>;
  /** Forgets the past of one lane, or of all (the cross-attention memory too). */
  reset(lane?: number): void;
  save(lane: number): Pending<StackState>;
  restore(lane: number, state: StackState): void;
  /** What cross-attention reads: length * width values, for one lane or for all. Only where spec.cross. */
  setMemory?(memory: Float32Array, length: number, lane?: number): Pending<void>;
  dispose(): void;
}

/** y = W x + b with `<name>.weight` [out, in] and, where present, `<name>.bias` [out]. */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  /** @param x at least rows * inputs values; @param rows at most the batch it was made for. @returns rows * outputs */
  apply(x: Float32Array, rows: number): Pending<Float32Array>;
  /** W gelu(x) + b, where an engine does both in one go. */
  applyToGelu?(x: Float32Array, rows: number): Pending<Float32Array>;
  dispose(): void;
}

/** Runs stacks of one weight set. Made by `create…Engine(weights, …)`. */
export interface Engine {
  /** 'simd', 'tfjs-wasm', 'tfjs-cuda', 'webgpu', 'reference'. */
  readonly name: string;
  /** A causal stack with all lanes at the start. */
  stack(name: string, spec: StackSpec, batch: number): Stack;
  dense(name: string, batch: number): Dense;
  /** A whole sequence at once through a stack that sees both ways (non-causal linear attention). length * width each. */
  encode(name: string, spec: StackSpec, x: Float32Array, length: number): Pending<Float32Array>;
  dispose(): void;
}
