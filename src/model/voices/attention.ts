import { portableCos, portableSin } from '../engines/portable-math.ts';
import type { PlayedNotes } from './played-notes.ts';

/** Where each note turns its questions and answers to, so that their product knows intervals and distances in time. */
export interface Turns {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** Pairs of a head. */
  readonly pairs: number;
}

/** One angle for each period of pitch (semitones), then of time (seconds). */
export function turnsOf(
  { count, start, pitch }: PlayedNotes,
  pitchPeriods: readonly number[],
  timePeriods: readonly number[],
): Turns {
  const pairs = pitchPeriods.length + timePeriods.length;
  const cos = new Float64Array(count * pairs);
  const sin = new Float64Array(count * pairs);
  for (let i = 0; i < count; i++) {
    for (let p = 0; p < pairs; p++) {
      const place =
        p < pitchPeriods.length
          ? pitch[i] / pitchPeriods[p]
          : (start[i] - start[0]) / timePeriods[p - pitchPeriods.length];
      const angle = 2 * Math.PI * (place - Math.floor(place));
      cos[i * pairs + p] = portableCos(angle);
      sin[i * pairs + p] = portableSin(angle);
    }
  }
  return { cos, sin, pairs };
}

/**
 * Softmax attention of each note over the `reach` notes before and after it and itself. Heads are a multiple of four wide: four
 * sums at a time do not wait for each other.
 * @param asked a row a note: questions, keys, values; head by head in each. Changed on the way.
 */
export function attend(
  asked: Float64Array,
  width: number,
  heads: number,
  reach: number,
  turns: Turns,
): Float64Array {
  const size = width / heads;
  const count = asked.length / (3 * width);
  turn(asked, count, width, heads, turns);
  const out = new Float64Array(count * width);
  const scores = new Float64Array(2 * reach + 1);
  for (let head = 0; head < heads; head++) {
    const query = part(asked, count, width, head * size, size);
    const key = part(asked, count, width, width + head * size, size);
    const value = part(asked, count, width, 2 * width + head * size, size);
    for (let i = 0; i < count; i++) {
      const from = Math.max(0, i - reach);
      const to = Math.min(count, i + reach + 1);
      const total = sharesOf(query, key, i, from, to, size, scores);
      mixed(value, scores, from, to, size, total, out, i * width + head * size);
    }
  }
  return out;
}

/** Columns of the rows, one after the other. */
function part(asked: Float64Array, count: number, width: number, at: number, size: number): Float64Array {
  const out = new Float64Array(count * size);
  for (let i = 0; i < count; i++)
    for (let d = 0; d < size; d++) out[i * size + d] = asked[i * 3 * width + at + d];
  return out;
}

/** What note `i` hears of each note, in `shares`; returns their sum. */
function sharesOf(
  query: Float64Array,
  key: Float64Array,
  i: number,
  from: number,
  to: number,
  size: number,
  shares: Float64Array,
): number {
  const q = i * size;
  let most = Number.NEGATIVE_INFINITY;
  for (let j = from; j < to; j++) {
    const k = j * size;
    let [a, b, c, e] = [0, 0, 0, 0];
    for (let d = 0; d < size; d += 4) {
      a += query[q + d] * key[k + d];
      b += query[q + d + 1] * key[k + d + 1];
      c += query[q + d + 2] * key[k + d + 2];
      e += query[q + d + 3] * key[k + d + 3];
    }
    const score = a + b + c + e;
    shares[j - from] = score;
    if (score > most) most = score;
  }
  let total = 0;
  for (let j = 0; j < to - from; j++) {
    shares[j] = Math.exp(shares[j] - most);
    total += shares[j];
  }
  return total;
}

/** The values, each by its share. */
function mixed(
  value: Float64Array,
  shares: Float64Array,
  from: number,
  to: number,
  size: number,
  total: number,
  out: Float64Array,
  at: number,
): void {
  for (let d = 0; d < size; d += 4) {
    let [a, b, c, e] = [0, 0, 0, 0];
    let v = from * size + d;
    for (let j = 0; j < to - from; j++) {
      const share = shares[j];
      a += share * value[v];
      b += share * value[v + 1];
      c += share * value[v + 2];
      e += share * value[v + 3];
      v += size;
    }
    out[at + d] = a / total;
    out[at + d + 1] = b / total;
    out[at + d + 2] = c / total;
    out[at + d + 3] = e / total;
  }
}

/** Turns questions and keys in place: the first half of a head with the second. */
function turn(asked: Float64Array, count: number, width: number, heads: number, turns: Turns): void {
  const { cos, sin, pairs } = turns;
  for (let i = 0; i < count; i++) {
    for (let part = 0; part < 2 * heads; part++) {
      const at = i * 3 * width + part * 2 * pairs;
      for (let p = 0; p < pairs; p++) {
        const [c, s] = [cos[i * pairs + p], sin[i * pairs + p]];
        const [a, b] = [asked[at + p], asked[at + pairs + p]];
        asked[at + p] = a * c - b * s;
        asked[at + pairs + p] = a * s + b * c;
      }
    }
  }
}
