import { BAR, BAR_BEAT, FIRST_POSITION, PITCH, TYPE } from '../tokens/vocabulary.ts';
import { LAGS, lagOf, NEW_BAR, RETURN_VALUES, wordKey } from './returns.ts';
import { ELEMENTS, METRICAL, SIZES, WORD_WIDTH } from './vocabulary.ts';

/** What a step is told of the bar that comes back: how it does, and the word that would be next. Name and number of values. */
export const REFERENCE: readonly (readonly [name: string, size: number])[] = [
  ['returns', RETURN_VALUES],
  ...ELEMENTS.map((element) => [element, SIZES[element]] as const),
];
const MOST_BACK = LAGS[LAGS.length - 1];

/** A bar that has been written: its words but for the Bar word, and their keys, which rise. */
interface PlayedBar {
  readonly keys: readonly number[];
  readonly words: readonly Uint8Array[];
}

/** The next bar's Bar word: what follows the last word of a bar. */
const AT_END = new Uint8Array(WORD_WIDTH);
AT_END[BAR_BEAT] = BAR;
AT_END[TYPE] = METRICAL;

interface ReferenceMark {
  readonly bars: readonly PlayedBar[];
  readonly current: PlayedBar | null;
  readonly value: number;
  readonly place: number;
  readonly row: Uint8Array;
}

/** Place of the first of rising keys that is above one. */
function firstAbove(keys: readonly number[], key: number): number {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (keys[middle] > key) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The bars before, for a bar that comes back: after each word, what the next step is told. Memory is constant. */
export class BarReference {
  /** REFERENCE of the next step; zeros where the bar is new. */
  readonly row = new Uint8Array(REFERENCE.length);
  #bars: readonly PlayedBar[] = [];
  #current: { keys: number[]; words: Uint8Array[] } | null = null;
  #value = NEW_BAR;
  #place = 0;

  /** Takes in a word. @param value with a Bar word: how the bar that begins comes back */
  take(word: Uint8Array, value: number): void {
    const opens = word[TYPE] === METRICAL && word[BAR_BEAT] === BAR;
    let key = -1;
    if (opens) {
      if (this.#current) this.#bars = [...this.#bars, this.#current].slice(-MOST_BACK);
      this.#current = { keys: [], words: [] };
      this.#value = value !== NEW_BAR && lagOf(value) <= this.#bars.length ? value : NEW_BAR;
      this.#place = 0;
    } else {
      if (word[TYPE] === METRICAL) this.#place = word[BAR_BEAT] - FIRST_POSITION;
      key = wordKey(this.#place, word[PITCH]);
      this.#current?.keys.push(key);
      this.#current?.words.push(word.slice());
    }
    this.row.fill(0);
    if (this.#value === NEW_BAR) return;
    const { keys, words } = this.#bars[this.#bars.length - lagOf(this.#value)];
    const at = firstAbove(keys, key);
    this.row[0] = this.#value;
    this.row.set(at < words.length ? words[at] : AT_END, 1);
  }

  save(): ReferenceMark {
    const current = this.#current;
    return {
      bars: this.#bars,
      current: current && { keys: current.keys.slice(), words: current.words.slice() },
      value: this.#value,
      place: this.#place,
      row: this.row.slice(),
    };
  }

  restore({ bars, current, value, place, row }: ReferenceMark): void {
    this.#bars = bars;
    this.#current = current && { keys: current.keys.slice(), words: current.words.slice() };
    this.#value = value;
    this.#place = place;
    this.row.set(row);
  }
}
