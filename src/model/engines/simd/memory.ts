import { AffettoError } from '../../error.ts';

const PAGE = 65536;
/** A cache line: blocks of weights begin on one. */
const ALIGN = 64;

/** Hands out zeroed pieces of a WASM memory; freed neighbours become one piece, whatever sizes they were asked for in. */
export class Memory {
  readonly #memory: WebAssembly.Memory;
  /** Freed pieces in the order of their addresses; no two touch. */
  readonly #free: { address: number; size: number }[] = [];
  /** The first line stays unused: address 0 means "none". */
  #top = ALIGN;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#top = Math.max(ALIGN, memory.buffer.byteLength);
  }

  /** Bytes handed out so far, freed ones included. */
  get used(): number {
    return this.#top;
  }

  /** The address of `bytes` zeroed bytes. Throws AffettoError when the memory can't grow. */
  alloc(bytes: number): number {
    const size = roundUp(bytes);
    const again = this.#takeFree(size);
    if (again !== null) {
      new Uint8Array(this.#memory.buffer, again, size).fill(0);
      return again;
    }
    const address = this.#top;
    this.#top += size;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE));
      } catch (cause) {
        const message = `The simd engine could not get ${Math.ceil(bytes / 2 ** 20)} MiB more memory; use fewer takes.`;
        this.#top = address;
        throw new AffettoError(message, 'failure', { cause });
      }
    }
    return address;
  }

  /** From the smallest freed piece that is large enough; null where there is none. */
  #takeFree(size: number): number | null {
    let best = -1;
    for (const [i, piece] of this.#free.entries()) {
      if (piece.size >= size && (best < 0 || piece.size < this.#free[best].size)) best = i;
    }
    if (best < 0) return null;
    const { address, size: whole } = this.#free[best];
    if (whole === size) this.#free.splice(best, 1);
    else this.#free[best] = { address: address + size, size: whole - size };
    return address;
  }

  /** Gives back what alloc(bytes) returned. */
  free(address: number, bytes: number): void {
    const size = roundUp(bytes);
    const later = this.#free.findIndex((piece) => piece.address > address);
    const at = later < 0 ? this.#free.length : later;
    this.#free.splice(at, 0, { address, size });
    for (const i of [at, at - 1]) {
      const [one, next] = [this.#free[i], this.#free[i + 1]];
      if (one && next && one.address + one.size === next.address)
        this.#free.splice(i, 2, { address: one.address, size: one.size + next.size });
    }
  }

  f32(address: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory.buffer as ArrayBuffer, address, count);
  }

  i32(address: number, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, count);
  }

  /** A view that is made anew only when the memory has grown: none is made in a step. */
  view<T extends Float32Array | Int32Array>(
    address: number,
    count: number,
    make: new (buffer: ArrayBufferLike, address: number, count: number) => T,
  ): () => T {
    let view = new make(this.#memory.buffer, address, count);
    return () => {
      if (view.buffer !== this.#memory.buffer) view = new make(this.#memory.buffer, address, count);
      return view;
    };
  }
}

const roundUp = (bytes: number): number => Math.max(ALIGN, Math.ceil(bytes / ALIGN) * ALIGN);
