/** Sorted whole numbers (0..2^32 - 1, rising, no two alike) as bits: their steps in Rice's code, near the least there can be. */
export interface RiceCoded {
  readonly count: number;
  /** Low bits of a step that are written as they are; what is above is counted in ones. */
  readonly lowBits: number;
  readonly bytes: Uint8Array;
}

export function riceEncode(sorted: Uint32Array): RiceCoded {
  const mean = sorted.length > 0 ? (sorted[sorted.length - 1] + 1) / sorted.length : 1;
  const lowBits = Math.min(31, Math.max(0, Math.floor(Math.log2(mean))));
  const unit = 2 ** lowBits;
  const bytes: number[] = [];
  let [byte, filled] = [0, 0];
  const put = (bit: number): void => {
    byte |= bit << filled;
    if (++filled < 8) return;
    bytes.push(byte);
    [byte, filled] = [0, 0];
  };
  let before = -1;
  for (const value of sorted) {
    const step = value - before - 1;
    for (let ones = Math.floor(step / unit); ones > 0; ones--) put(1);
    put(0);
    for (let bit = 0; bit < lowBits; bit++) put((step >>> bit) & 1);
    before = value;
  }
  if (filled > 0) bytes.push(byte);
  return { count: sorted.length, lowBits, bytes: Uint8Array.from(bytes) };
}

/** The numbers again; null where the bytes end too early. */
export function riceDecode({ count, lowBits, bytes }: RiceCoded): Uint32Array | null {
  const out = new Uint32Array(count);
  const unit = 2 ** lowBits;
  const end = bytes.length * 8;
  let at = 0;
  const take = (): number => (bytes[at >> 3] >> (at++ & 7)) & 1;
  let before = -1;
  for (let i = 0; i < count; i++) {
    let step = 0;
    while (at < end && take()) step += unit;
    if (at + lowBits > end) return null;
    for (let bit = 0; bit < lowBits; bit++) step += take() * 2 ** bit;
    before += step + 1;
    out[i] = before;
  }
  return out;
}
