import { AffettoError } from '../error.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { COUNTED_NOTES, type Fingerprint, FOUND_NOTES, fingerprints, notesSpanned } from './fingerprints.ts';
import { noteMoves } from './note-moves.ts';
import { riceDecode, riceEncode } from './rice.ts';

/** The file's first number ("ARUN") and version; then notes counted, notes found, hashes, low bits, and their bits. */
const MAGIC = 0x4e555241;
const VERSION = 1;
const HEADER_NUMBERS = 6;
const HEADER_BYTES = 4 * HEADER_NUMBERS;

/** Knows the runs of notes of a set of pieces, small enough to ship: hashes of some of them, whatever the transposition. */
export class CopyIndex {
  /** In rising order. */
  private readonly hashes: Uint32Array;

  private constructor(hashes: Uint32Array) {
    this.hashes = hashes;
  }

  static of(pieces: Iterable<Words>): CopyIndex {
    const found = new Set<number>();
    for (const words of pieces) for (const { hash } of fingerprints(noteMoves(words))) found.add(hash);
    return new CopyIndex(Uint32Array.from(found).sort());
  }

  /** Throws an input error where the bytes are not an index, or one of another kind. */
  static read(bytes: Uint8Array, file: string): CopyIndex {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const header = Array.from({ length: HEADER_NUMBERS }, (_, i) =>
      bytes.length >= HEADER_BYTES ? view.getUint32(4 * i, true) : 0,
    );
    const [magic, version, counted, found, count, lowBits] = header;
    const fits =
      magic === MAGIC &&
      version === VERSION &&
      counted === COUNTED_NOTES &&
      found === FOUND_NOTES &&
      count <= bytes.length * 8;
    const hashes = fits ? riceDecode({ count, lowBits, bytes: bytes.subarray(HEADER_BYTES) }) : null;
    if (!hashes)
      throw new AffettoError(`${file} is not a list of runs that this Affetto reads; fetch the model again`);
    return new CopyIndex(hashes);
  }

  write(): Uint8Array {
    const { count, lowBits, bytes } = riceEncode(this.hashes);
    const file = new Uint8Array(HEADER_BYTES + bytes.length);
    const view = new DataView(file.buffer);
    [MAGIC, VERSION, COUNTED_NOTES, FOUND_NOTES, count, lowBits].forEach((number, i) => {
      view.setUint32(4 * i, number, true);
    });
    file.set(bytes, HEADER_BYTES);
    return file;
  }

  /** Hashes in it. */
  get size(): number {
    return this.hashes.length;
  }

  /** Notes of the longest run that a piece seems to share: 0, or from COUNTED_NOTES up. */
  sharedNotes(words: Words): number {
    let longest = 0;
    let first: Fingerprint | null = null;
    for (const print of fingerprints(noteMoves(words))) {
      if (!this.has(print.hash)) {
        first = null;
        continue;
      }
      first ??= print;
      longest = Math.max(longest, notesSpanned(first, print));
    }
    return longest;
  }

  private has(hash: number): boolean {
    let [low, high] = [0, this.hashes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.hashes[middle] < hash) low = middle + 1;
      else high = middle;
    }
    return this.hashes[low] === hash;
  }
}
