import { STEPS_PER_BEAT } from '../music/piece.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  CONTINUE,
  FIRST_POSITION,
  TEMPO,
  TYPE,
  type Words,
} from '../tokens/vocabulary.ts';
import type { WordState } from './state.ts';
import { columnOf, type Element, isNote, METRICAL, SIZES, WORD_WIDTH } from './vocabulary.ts';

/** A bar that is kept, but for some elements. */
export interface KeptBar {
  /** Bar word first. */
  readonly words: readonly ArrayLike<number>[];
  /** Elements that are chosen anew; the others keep their values. */
  readonly free: ReadonlySet<Element>;
  /** Chord and tempo values in force at each beat of the bar. */
  readonly chords: readonly number[];
  readonly tempos: readonly number[];
}

export type SplitBar = Omit<KeptBar, 'free'>;

/** Takes words apart into bars. */
export function splitBars(words: Words): SplitBar[] {
  const bars: { words: Uint8Array[]; chords: number[]; tempos: number[] }[] = [];
  let [chord, tempo] = [0, 0];
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    const word = words.subarray(i, i + WORD_WIDTH);
    if (word[TYPE] === METRICAL && word[BAR_BEAT] === BAR) bars.push({ words: [], chords: [], tempos: [] });
    const bar = bars[bars.length - 1];
    bar.words.push(word);
    if (word[CHORD] > CONTINUE) chord = word[CHORD];
    if (word[TEMPO] > CONTINUE) tempo = word[TEMPO];
    const position = word[BAR_BEAT] - FIRST_POSITION;
    if (word[TYPE] !== METRICAL || position < 0 || position % STEPS_PER_BEAT !== 0) continue;
    bar.chords.push(chord);
    bar.tempos.push(tempo);
  }
  return bars;
}

/** True where notes no longer pair with those of the bar, as their rhythm is written anew: only what a beat carries is kept. */
export const writesRhythm = ({ free }: KeptBar): boolean => free.has('type') || free.has('barBeat');

/**
 * Leaves of a mask what a kept bar has there.
 * @param index words of the bar that have been written
 * @returns whether the value is kept, so that nothing else may narrow it
 */
export function keepTo(
  bar: KeptBar,
  index: number,
  element: Element,
  state: WordState,
  word: ArrayLike<number>,
  mask: Uint8Array,
): boolean {
  const isFree = bar.free.has(element);
  if (element === 'chord' || element === 'tempo') {
    const position = word[BAR_BEAT] - FIRST_POSITION;
    if (isFree || position % STEPS_PER_BEAT !== 0) return !isFree;
    const target = (element === 'chord' ? bar.chords : bar.tempos)[position / STEPS_PER_BEAT];
    only(mask, target === state[element] ? CONTINUE : target);
    return true;
  }
  if (writesRhythm(bar)) return false;
  const kept = bar.words[index];
  if (!kept) {
    // The bar's words are used up: the next one opens the next bar.
    if (element === 'type') only(mask, METRICAL);
    if (element === 'barBeat') only(mask, BAR);
    return true;
  }
  if (element === 'type' || element === 'barBeat' || !isFree) {
    only(mask, kept[columnOf(element)]);
    return true;
  }
  // Pitches rise within a position: leave room for the notes that follow there.
  if (element === 'pitch') mask.fill(0, SIZES.pitch - notesAfter(bar.words, index));
  return false;
}

/** Notes that directly follow a word. */
export function notesAfter(words: readonly ArrayLike<number>[], index: number): number {
  let count = 0;
  while (isNote(words[index + 1 + count]?.[TYPE] ?? 0)) count++;
  return count;
}

/** Leaves one value, if it is allowed at all. */
export function only(mask: Uint8Array, value: number): void {
  if (!mask[value]) return;
  mask.fill(0);
  mask[value] = 1;
}

/** The words of a bar in one. */
export const wordsOf = ({ words }: Pick<SplitBar, 'words'>): Words =>
  Uint8Array.from(words.flatMap((word) => Array.from(word)));
