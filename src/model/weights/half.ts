/** IEEE 754 half precision bits to number; exact. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Nearest half precision bits of a number (ties to even); overflow becomes infinity. */
export function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -25) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const units = roundHalfEven(size / 2 ** (exponent - 10));
  // A fraction that rounds up to 2 carries into the exponent by itself, as the fields are adjacent.
  return exponent === -14 && units < 1024 ? sign | units : sign | (((exponent + 15) << 10) + units - 1024);
}

function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const gap = x - low;
  return gap > 0.5 || (gap === 0.5 && low % 2 === 1) ? low + 1 : low;
}

let table: Float32Array | undefined;

/** Halves (little-endian bytes, any alignment) to float32, through a table of all 65536. */
export function halvesToFloats(bytes: Uint8Array): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => halfToNumber(bits));
  const out = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < out.length; i++) out[i] = table[bytes[2 * i] | (bytes[2 * i + 1] << 8)];
  return out;
}
