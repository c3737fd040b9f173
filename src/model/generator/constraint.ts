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
}
