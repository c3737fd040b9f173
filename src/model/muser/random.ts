const UINT = 2 ** 32;

/** FNV-1a of a text, to give each use of a seed its own stream. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** SplitMix32 (Steele et al. 2014, 32-bit variant): spreads one seed into the words of a state. */
function splitMix(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

/**
 * Seeded random numbers, xoshiro128** (Blackman and Vigna 2018): integer arithmetic only, so that a seed gives the same
 * sequence on every machine. Each `stream` of a seed is its own sequence: drawing more of one never moves another.
 */
export class Random {
  private readonly state = new Uint32Array(4);

  constructor(seed: number, stream = '') {
    const next = splitMix((seed ^ hash(stream)) >>> 0);
    for (let i = 0; i < 4; i++) this.state[i] = next();
  }

  /** The same sequence from here on. */
  clone(): Random {
    const copy = new Random(0);
    copy.goOnFrom(this);
    return copy;
  }

  /** Goes on where another one is. */
  goOnFrom(other: Random): void {
    this.state.set(other.state);
  }

  /** A whole number 0..2^32 - 1. */
  uint(): number {
    const s = this.state;
    const x = Math.imul(s[1], 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** A number in [0, 1). */
  next(): number {
    return this.uint() / UINT;
  }
}
