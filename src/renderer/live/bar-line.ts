import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import type { WrittenBar, WrittenNote } from '../../model/tokens/read-bar.ts';

/** A bar on the player's axis of beats. */
export interface PlacedBar {
  readonly index: number;
  readonly start: number;
}

export type BarOf = (index: number) => WrittenBar | undefined;

/** The bar after another one: the next that is written, or where none is, the same again, as the player does it. */
function barAfter(placed: PlacedBar, barOf: BarOf): PlacedBar {
  const start = placed.start + (barOf(placed.index)?.beats ?? 4);
  return { index: barOf(placed.index + 1) ? placed.index + 1 : placed.index, start };
}

/** The bar that holds a beat not before `placed`. */
export function barAtBeat(placed: PlacedBar, beat: number, barOf: BarOf): PlacedBar {
  let bar = placed;
  for (let next = barAfter(bar, barOf); next.start <= beat + 1e-6; next = barAfter(bar, barOf)) bar = next;
  return bar;
}

export interface DueNote {
  /** On the player's axis. */
  readonly beat: number;
  readonly until: number;
  readonly note: WrittenNote;
}

/** Notes that begin at beats in [from, to). */
export function dueNotes(placed: PlacedBar, barOf: BarOf, from: number, to: number): DueNote[] {
  const due: DueNote[] = [];
  for (let bar = placed; bar.start < to; bar = barAfter(bar, barOf)) {
    for (const note of barOf(bar.index)?.notes ?? []) {
      const beat = bar.start + note.step / STEPS_PER_BEAT;
      if (beat >= from - 1e-6 && beat < to - 1e-6)
        due.push({ beat, until: beat + note.duration / STEPS_PER_BEAT, note });
    }
  }
  return due;
}
