import { expect, test } from 'vitest';
import { bassNotes } from '../../../src/model/music/bass-notes.ts';

type Notes = Parameters<typeof bassNotes>[0];
const notes = (of: readonly (readonly [tick: number, pitch: number])[]): Notes =>
  of.map(([startTick, pitch]) => ({ startTick, endTick: startTick + 10, pitch })) as unknown as Notes;

test('notes of the bass have nothing lower in the beat before them, or beside them', () => {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  for (let round = 0; round < 50; round++) {
    const list = notes(
      Array.from({ length: 60 }, () => [next(400), 40 + next(12)] as const).sort((a, b) => a[0] - b[0]),
    );
    const expected = list.filter(({ startTick, pitch }) =>
      list.every(
        (other) => other.startTick <= startTick - 48 || other.startTick > startTick || other.pitch >= pitch,
      ),
    );
    expect(bassNotes(list, 48)).toEqual(expected);
  }
});

test('four times the notes within one beat take about four times as long, not sixteen', () => {
  /** The least of several tries: what else runs only adds. */
  const time = (count: number): number => {
    const list = notes(Array.from({ length: count }, (_, i) => [Math.floor((i * 40) / count), 60] as const));
    const tries = Array.from({ length: 7 }, () => {
      const start = performance.now();
      bassNotes(list, 480);
      return performance.now() - start;
    });
    return Math.min(...tries);
  };
  time(10_000);
  expect(time(800_000) / time(200_000)).toBeLessThan(10);
});
