import type { TimedNote } from './song.ts';

/** Notes below which nothing was struck within the beat before, or at once. Notes by their start; as many steps as there are notes. */
export function bassNotes(notes: readonly TimedNote[], beat: number): TimedNote[] {
  const found: TimedNote[] = [];
  /** Of the beat before: each is lower than all that came before it, and gone from `first` on. */
  const lowest: TimedNote[] = [];
  let first = 0;
  for (let at = 0; at < notes.length; ) {
    const { startTick } = notes[at];
    let end = at;
    for (; end < notes.length && notes[end].startTick === startTick; end++) {
      while (lowest.length > first && lowest[lowest.length - 1].pitch >= notes[end].pitch) lowest.pop();
      lowest.push(notes[end]);
    }
    while (lowest[first].startTick <= startTick - beat) first++;
    for (; at < end; at++) if (notes[at].pitch <= lowest[first].pitch) found.push(notes[at]);
  }
  return found;
}
