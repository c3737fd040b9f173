import { type BeatLine, pad, splitLongBars } from './beat-line.ts';
import type { BeatGrid } from './beat-tracker.ts';
import type { TimedNote } from './song.ts';

/** A tracker's beats as a ruler of whole bars that covers every onset; beats are added at the ends where they lack. */
export function lineOfGrid(grid: BeatGrid, notes: readonly Pick<TimedNote, 'startSeconds'>[]): BeatLine {
  const { beatTimes, beatsPerBar } = grid;
  const first = grid.downbeats[0] ?? 0;
  const last = grid.downbeats.at(-1) ?? 0;
  const bare: BeatLine = { marks: beatTimes, seconds: beatTimes, bars: [] };
  const paceIn = beatTimes[1] - beatTimes[0];
  const paceOut = beatTimes[beatTimes.length - 1] - beatTimes[beatTimes.length - 2];
  const missing = Math.ceil((beatTimes[0] - notes[0].startSeconds) / paceIn - 0.125);
  const ahead = Math.max(0, missing);
  const before = ahead + mod(-(first + ahead), beatsPerBar);
  const lastOnset = notes[notes.length - 1].startSeconds;
  const over = Math.floor((lastOnset - beatTimes[beatTimes.length - 1]) / paceOut + 0.125) + 1;
  const reach = beatTimes.length - 1 + Math.max(0, over);
  const after = Math.max(0, over) + mod(-(reach - last), beatsPerBar);
  const bars: number[] = [];
  for (let beat = first + before; beat > 0; beat -= beatsPerBar) bars.push(beatsPerBar);
  for (let i = 1; i < grid.downbeats.length; i++) bars.push(grid.downbeats[i] - grid.downbeats[i - 1]);
  for (let beat = reach - last + mod(-(reach - last), beatsPerBar); beat > 0; beat -= beatsPerBar)
    bars.push(beatsPerBar);
  const line = pad(bare, before, after);
  return { ...line, bars: splitLongBars(bars) };
}

/**
 * A file's ruler read as if a tracker had made it: in seconds, from the first beat that begins with or after the music.
 * For tempo maps laid over a performance, whose beats before the first note are filler of any length.
 */
export function trackedFromFile(line: BeatLine, notes: readonly TimedNote[]): BeatLine {
  const start = notes[0].startSeconds - 0.05;
  const from = line.seconds.findIndex((seconds) => seconds >= start);
  const beatTimes = line.seconds.slice(from);
  if (from < 0 || beatTimes.length < 2) return { ...line, marks: line.seconds };
  const downbeats: number[] = [];
  let beat = 0;
  for (const beats of [...line.bars, 0]) {
    if (beat >= from) downbeats.push(beat - from);
    beat += beats;
  }
  return lineOfGrid({ beatTimes, downbeats, beatsPerBar: usualBar(line.bars), certainty: 1 }, notes);
}

/** Beats of most of the bars. */
function usualBar(bars: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const beats of bars) counts.set(beats, (counts.get(beats) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** A ruler that claims nothing: beats of half a second from the first note on, four a bar. */
export function freeLine(notes: readonly TimedNote[]): BeatLine {
  const start = notes[0].startSeconds;
  const bars = Math.floor((notes[notes.length - 1].startSeconds - start) / 2) + 2;
  const seconds = Array.from({ length: bars * 4 + 1 }, (_, i) => start + i * 0.5);
  return { marks: seconds, seconds, bars: Array.from({ length: bars }, () => 4) };
}

const mod = (value: number, size: number): number => ((value % size) + size) % size;
