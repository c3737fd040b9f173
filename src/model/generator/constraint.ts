import { STEPS_PER_BEAT } from '../music/piece.ts';
import { BAR_BEAT, CONTINUE, FIRST_POSITION } from '../tokens/vocabulary.ts';
import { allow as allowGrammar } from './grammar.ts';
import { keepTo, notesAfter, writesRhythm } from './kept.ts';
import type { Script } from './script.ts';
import type { WordState } from './state.ts';
import type { SteeringState } from './steering-state.ts';
import { keepTune } from './tune.ts';
import type { Element } from './vocabulary.ts';

/** Where a lane is, as far as it limits its next word. */
export interface Whereabouts {
  readonly state: WordState;
  readonly steering: SteeringState | null;
  /** Words of the open bar, and notes of its tune, that have been written. */
  readonly written: number;
  readonly tuneNotes: number;
}

/**
 * Marks the values that an element of a lane's next word may take: what the grammar allows, narrowed by what is kept, then by a
 * given tune, then by the limits that were asked for.
 */
export function allow(
  element: Element,
  { state, steering, written, tuneNotes }: Whereabouts,
  word: ArrayLike<number>,
  script: Script,
  mask: Uint8Array,
): void {
  allowGrammar(element, state, word, script, mask);
  const { bar } = state;
  const kept = bar < 0 ? null : (script.keptOf?.(bar) ?? null);
  if (kept && keepTo(kept, written, element, state, word, mask)) return;
  const tune = bar < 0 ? undefined : script.tuneOf?.(bar);
  if (tune && keepTune(tune, tuneNotes, element, state, word, mask)) return;
  const follow = kept && !writesRhythm(kept) ? notesAfter(kept.words, written) : 0;
  steering?.narrow(element, state, word, mask, follow);
  if (element === 'chord') keepChords(state, word, script, mask);
}

/** Leaves of the chords of a beat those that may be in force there. */
function keepChords(state: WordState, word: ArrayLike<number>, script: Script, mask: Uint8Array): void {
  const position = word[BAR_BEAT] - FIRST_POSITION;
  const chords =
    position % STEPS_PER_BEAT === 0 ? script.chordsAt?.(state.bar, position / STEPS_PER_BEAT) : null;
  if (!chords) return;
  for (let value = 0; value < mask.length; value++)
    if (!chords.includes(value === CONTINUE ? state.chord : value)) mask[value] = 0;
}
