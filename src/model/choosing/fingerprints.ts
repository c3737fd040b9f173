/** Notes of a run that counts as shared; fewer are common property. */
export const COUNTED_NOTES = 12;
/** A shared run of so many notes is always found; between the two it may slip through. */
export const FOUND_NOTES = 16;

/** Moves (from note to note) of a counted run, and runs side by side of which one is kept. */
const GRAM = COUNTED_NOTES - 1;
const WINDOW = FOUND_NOTES - COUNTED_NOTES + 1;

export interface Fingerprint {
  /** 32-bit hash of the moves from `at` on. */
  readonly hash: number;
  readonly at: number;
}

/**
 * Hashes of some of the runs of COUNTED_NOTES notes in a piece, chosen by winnowing (Schleimer, Wilkerson and Aiken 2003):
 * the least of every WINDOW neighbours. Two pieces that share FOUND_NOTES notes in a row share one of them.
 * @param moves of noteMoves: the same for every transposition
 */
export function fingerprints(moves: ArrayLike<number>): Fingerprint[] {
  const count = moves.length - GRAM + 1;
  const hashes = Array.from({ length: Math.max(0, count) }, (_, at) => hashOf(moves, at));
  const kept: Fingerprint[] = [];
  let last = -1;
  for (let from = 0; from < Math.max(1, count - WINDOW + 1) && count > 0; from++) {
    let least = from;
    // Of equals the last, so that a run of equal moves does not keep them all.
    for (let at = from; at < Math.min(count, from + WINDOW); at++)
      if (hashes[at] <= hashes[least]) least = at;
    if (least !== last) kept.push({ hash: hashes[least], at: least });
    last = least;
  }
  return kept;
}

/** Notes from the first of a row of fingerprints to the end of the last. */
export const notesSpanned = (first: Fingerprint, last: Fingerprint): number =>
  last.at - first.at + COUNTED_NOTES;

/** MurmurHash3 (Appleby) of the moves of one run. */
function hashOf(moves: ArrayLike<number>, from: number): number {
  let h = 0x9747b28c;
  for (let i = from; i < from + GRAM; i++) {
    let k = Math.imul(moves[i], 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
