import type { SplitBar } from './kept.ts';

/** What beats hold, bar by bar. */
export type Grid<T> = readonly (readonly T[])[];

/** Values of beats, in order, put into bars. */
export function gridOf<T>(beats: readonly T[], bars: readonly Pick<SplitBar, 'chords'>[]): Grid<T> {
  let end = 0;
  return bars.map(({ chords }) => {
    end += chords.length;
    return beats.slice(end - chords.length, end);
  });
}

/** A beat of a bar of other music: shorter music begins anew, a shorter bar too. */
export function beatOf<T>(grid: Grid<T>, bar: number, beat: number): T {
  const there = grid[bar % grid.length];
  return there[beat % there.length];
}
