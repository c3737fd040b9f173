import { AffettoError } from '../error.ts';
import { halvesToFloats, numberToHalf } from './half.ts';

/** Number formats that we read, with bytes a value. */
const BYTES = { F32: 4, F16: 2, I32: 4, I8: 1 } as const;
type Dtype = keyof typeof BYTES;

/** One tensor of a file: its values are the little-endian bytes of `data`, row-major. */
export interface RawTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const HEADER_LIMIT = 10_000_000;

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors): a length (u64), a JSON header, then the data.
 * Throws an input error that names the file and what is wrong. Data are views of `bytes`.
 */
export function readSafetensors(bytes: Uint8Array, file: string): Map<string, RawTensor> {
  const damaged = (what: string): AffettoError =>
    new AffettoError(`${file}: ${what}; it is damaged or not a safetensors file, fetch it again`);
  if (bytes.length < 8) throw damaged(`only ${bytes.length} bytes long`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > HEADER_LIMIT) throw damaged(`its header claims ${headerLength} bytes`);
  if (8 + headerLength > bytes.length) throw damaged(`it ends within its header`);
  const header = parseHeader(bytes.subarray(8, 8 + headerLength));
  if (!header) throw damaged('its header is not JSON');
  const data = bytes.subarray(8 + headerLength);
  const tensors = new Map<string, RawTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const tensor = readEntry(entry, data);
    if (typeof tensor === 'string') throw damaged(`tensor '${name}' ${tensor}`);
    tensors.set(name, tensor);
  }
  return tensors;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof header === 'object' && header !== null && !Array.isArray(header)
      ? (header as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The tensor, or what is wrong with its entry. */
function readEntry(entry: unknown, data: Uint8Array): RawTensor | string {
  if (typeof entry !== 'object' || entry === null) return 'has no description';
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype))
    return `has a number format we do not read (${String(dtype)})`;
  if (!isCounts(shape)) return 'has no valid shape';
  if (!isCounts(offsets) || offsets.length !== 2) return 'has no valid place';
  const size = shape.reduce((product, n) => product * n, 1) * BYTES[dtype as Dtype];
  if (offsets[1] - offsets[0] !== size) return `takes ${offsets[1] - offsets[0]} bytes instead of ${size}`;
  if (offsets[1] > data.length) return 'reaches past the end of the file';
  return { dtype: dtype as Dtype, shape, data: data.subarray(offsets[0], offsets[1]) };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/** True unless a value is NaN or infinite; looks at the bytes alone, as this is asked of every weight at start. */
export function allFinite({ dtype, data }: RawTensor): boolean {
  // All exponent bits set: the upper byte & 0x7c for halves; the upper byte & 0x7f and the next & 0x80 for floats.
  if (dtype === 'F16') for (let i = 1; i < data.length; i += 2) if ((data[i] & 0x7c) === 0x7c) return false;
  if (dtype === 'F32')
    for (let i = 3; i < data.length; i += 4)
      if ((data[i] & 0x7f) === 0x7f && data[i - 1] & 0x80) return false;
  return true;
}

/** Values of a tensor as float32 (a copy). */
export function toFloats(tensor: RawTensor): Float32Array {
  const { dtype, data } = tensor;
  if (dtype === 'F16') return halvesToFloats(data);
  if (dtype === 'I8') return Float32Array.from(new Int8Array(data.buffer, data.byteOffset, data.length));
  // Not data.slice(): where data is a Node Buffer that would be a view of the whole file.
  const copy = new Uint8Array(data).buffer;
  return dtype === 'F32' ? new Float32Array(copy) : Float32Array.from(new Int32Array(copy));
}

/** Writes a safetensors file of half precision tensors; what tests and tools make weights with. */
export function writeSafetensors(
  tensors: Readonly<Record<string, { shape: readonly number[]; values: ArrayLike<number> }>>,
): Uint8Array {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F16', shape, data_offsets: [offset, offset + 2 * values.length] };
    offset += 2 * values.length;
  }
  const json = JSON.stringify(header);
  const head = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const file = new Uint8Array(8 + head.length + offset);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(head.length), true);
  file.set(head, 8);
  let at = 8 + head.length;
  for (const { values } of Object.values(tensors))
    for (let i = 0; i < values.length; i++, at += 2) view.setUint16(at, numberToHalf(values[i]), true);
  return file;
}
