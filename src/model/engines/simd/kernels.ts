import { AffettoError } from '../../error.ts';
import { KERNELS } from './kernels.generated.ts';

/** Addresses are byte offsets into `memory`. Documented where they are written: assembly/. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  denseAll(
    dense: number,
    x: number,
    xStride: number,
    rows: number,
    y: number,
    yStride: number,
    add: number,
    scratch: number,
  ): void;
  walk(dense: number, y: number, scratch: number): void;
  geluInPlace(x: number, count: number): void;
  layerNormRows(x: number, y: number, rows: number, width: number, weight: number, bias: number): void;
  attendWindow(
    qkv: number,
    width: number,
    heads: number,
    turns: number,
    keys: number,
    values: number,
    ring: number,
    place: number,
    window: number,
    scores: number,
    out: number,
  ): void;
  allFinite(x: number, count: number): number;
  quantizeWeights(w: number, rows: number, inputs: number, padded: number, q: number, scales: number): void;
  crossMemory(
    stack: number,
    state: number,
    source: number,
    length: number,
    kv: number,
    scratch: number,
  ): void;
  encodeAll(stack: number, x: number, length: number, qkv: number, state: number, scratch: number): void;
  forward(
    stack: number,
    count: number,
    rows: number,
    states: number,
    x: number,
    y: number,
    scratch: number,
    finish: number,
  ): void;
  answer(
    stack: number,
    count: number,
    rows: number,
    states: number,
    x: number,
    y: number,
    scratch: number,
  ): void;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** A fresh instance with a memory of its own; the code is compiled once. Throws AffettoError without WASM SIMD. */
export async function createKernels(): Promise<Kernels> {
  compiled ??= compile();
  const instance = await WebAssembly.instantiate(await compiled);
  return instance.exports as unknown as Kernels;
}

async function compile(): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(KERNELS), (c) => c.charCodeAt(0));
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) {
    throw new AffettoError(
      'This browser or Node has no WebAssembly SIMD, which the simd engine needs; use a newer one, or the tfjs engine.',
      'failure',
    );
  }
  return WebAssembly.compile(bytes);
}
