import { STEPS_PER_BEAT } from '../music/piece.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  CONTINUE,
  ELEMENTS,
  FIRST_POSITION,
  PITCH,
  PITCH_BASE,
  TEMPO,
  TYPE,
  TYPE_EOS,
  TYPE_METRICAL,
  TYPE_NOTE,
  VOCABULARY_SIZES,
} from '../tokens/vocabulary.ts';
import type { Lane } from './lane.ts';
import type { BarScript } from './plan.ts';

/**
 * Writes which values of an element a lane's next word may take: what the grammar allows, narrowed by the lane's script.
 * EOS is never among them: a piece ends when a Bar word would open a bar too many.
 * @param word values chosen so far for this word; @param mask one entry a value
 */
export function allow(lane: Lane, column: number, word: ArrayLike<number>, mask: Uint8Array): void {
  lane.grammar.allow(column, word, mask);
  if (column === TYPE) mask[TYPE_EOS] = 0;
  const script = lane.bar >= 0 ? lane.plan.scriptOf?.(lane.bar) : null;
  if (script) keepTo(script, lane, column, word, mask);
  else lane.steering?.narrow(column, word, mask);
  if (column === PITCH && word[TYPE] === TYPE_NOTE) keepClasses(lane, mask);
}

function keepTo(
  script: BarScript,
  lane: Lane,
  column: number,
  word: ArrayLike<number>,
  mask: Uint8Array,
): void {
  const inForce = column === CHORD || column === TEMPO;
  const paired = !writesRhythm(script);
  if (inForce) keepInForce(lane, script, column, word, mask);
  else if (paired) keepWord(lane, script, column, word, mask);
  if (script.free.has(ELEMENTS[column]) || !(inForce || paired))
    lane.steering?.narrow(column, word, mask, paired ? notesAfter(script.words, lane.written) : 0);
}

/** If the rhythm is written anew, notes no longer pair with the script's; only what a beat carries can be kept. */
const writesRhythm = ({ free }: BarScript): boolean => free.has('type') || free.has('barBeat');

function keepInForce(
  lane: Lane,
  script: BarScript,
  column: number,
  word: ArrayLike<number>,
  mask: Uint8Array,
): void {
  const position = word[BAR_BEAT] - FIRST_POSITION;
  if (word[TYPE] !== TYPE_METRICAL || position < 0 || position % STEPS_PER_BEAT !== 0) return;
  if (script.free.has(ELEMENTS[column])) return;
  const target = (column === CHORD ? script.chords : script.tempos)[position / STEPS_PER_BEAT];
  const current = column === CHORD ? lane.grammar.chord : lane.grammar.tempo;
  only(mask, target === current ? CONTINUE : target);
}

function keepWord(
  lane: Lane,
  script: BarScript,
  column: number,
  word: ArrayLike<number>,
  mask: Uint8Array,
): void {
  const index = lane.written;
  const kept = script.words[index];
  if (!kept) {
    // The bar's words are used up: the next one opens the next bar.
    if (column === TYPE) only(mask, TYPE_METRICAL);
    if (column === BAR_BEAT) only(mask, BAR);
    return;
  }
  if (column === TYPE || column === BAR_BEAT || !script.free.has(ELEMENTS[column])) only(mask, kept[column]);
  else if (column === PITCH && word[TYPE] === TYPE_NOTE) {
    // Pitches rise within a position: leave room for the notes that follow there.
    const room = notesAfter(script.words, index);
    mask.fill(0, VOCABULARY_SIZES.pitch - room);
  }
}

function keepClasses(lane: Lane, mask: Uint8Array): void {
  const classes = lane.bar >= 0 && lane.plan.classesOf?.(lane.bar, lane.beat);
  if (!classes) return;
  const fits = (value: number): boolean => classes[(value + PITCH_BASE) % 12] === 1;
  if (!mask.some((allowed, value) => allowed === 1 && fits(value))) return;
  for (let value = 0; value < mask.length; value++) if (!fits(value)) mask[value] = 0;
}

/** Notes that directly follow a word. */
function notesAfter(words: readonly ArrayLike<number>[], index: number): number {
  let count = 0;
  while (words[index + 1 + count]?.[TYPE] === TYPE_NOTE) count++;
  return count;
}

/** Leaves one value, if the grammar allows it. */
function only(mask: Uint8Array, value: number): void {
  if (!mask[value]) return;
  mask.fill(0);
  mask[value] = 1;
}
