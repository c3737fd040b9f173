import { type BeatLine, splitLongBars } from './beat-line.ts';
import type { MidiSong } from './song.ts';
import { TempoMap } from './tempo-map.ts';

/** A stretch of the file under one time signature. */
interface Section {
  readonly tick: number;
  /** Quarter notes a bar, a whole number; 4 where the signature's bar is not whole. */
  readonly barBeats: number;
}

/** More beats than this (two hours at 1000 bpm) are no grid that a musician would have meant. */
const MAX_BEATS = 120_000;

/** Whether the file's ticks can be beats at all. */
export function hasBeats(song: MidiSong): boolean {
  return !song.frames && lastTick(song) / song.ticksPerBeat <= MAX_BEATS;
}

/**
 * The file's own beats, a quarter note each, with its bars, from tick 0 to the end of its notes. A signature whose bar
 * is not a whole number of quarters is read on a running 4/4 grid. Where a signature ends within a beat, the last beat
 * before it is stretched or squeezed to meet it.
 */
export function gridOfFile(song: MidiSong): BeatLine {
  const ticksPerBeat = song.ticksPerBeat;
  const end = lastTick(song);
  const sections = sectionsOf(song, end);
  const marks: number[] = [];
  const bars: number[] = [];
  for (const [i, section] of sections.entries()) {
    const next = sections[i + 1]?.tick;
    const length = (next ?? end + 1) - section.tick;
    const isLast = next === undefined;
    const beats = isLast
      ? Math.ceil(length / ticksPerBeat / section.barBeats) * section.barBeats
      : Math.round(length / ticksPerBeat);
    if (beats === 0) continue;
    // The very first beat reaches back to tick 0 when what came before it was too short to be one.
    for (let b = 0; b < beats; b++) marks.push(marks.length === 0 ? 0 : section.tick + b * ticksPerBeat);
    for (let left = beats; left > 0; left -= section.barBeats) bars.push(Math.min(left, section.barBeats));
    if (isLast) marks.push(section.tick + beats * ticksPerBeat);
  }
  const map = new TempoMap(
    song.tempos.map(({ tick, bpm }) => ({ tick, microseconds: 60e6 / bpm })),
    ticksPerBeat,
  );
  return { marks, seconds: marks.map((tick) => map.seconds(tick)), bars: splitLongBars(bars) };
}

function sectionsOf(song: MidiSong, end: number): Section[] {
  const sections: Section[] = [{ tick: 0, barBeats: 4 }];
  for (const { tick, numerator, denominator } of song.timeSignatures) {
    if (tick > end) break;
    const quarters = (numerator * 4) / denominator;
    // A bar of very many beats is no bar that anyone counts.
    const barBeats = Number.isInteger(quarters) && quarters <= 32 ? quarters : 4;
    const last = sections[sections.length - 1];
    const inStep = (tick - last.tick) % (barBeats * song.ticksPerBeat) === 0;
    if (tick - last.tick < song.ticksPerBeat / 2) sections[sections.length - 1] = { tick, barBeats };
    else if (barBeats !== last.barBeats || !inStep) sections.push({ tick, barBeats });
  }
  return sections;
}

function lastTick(song: MidiSong): number {
  let last = 0;
  for (const note of song.notes) last = Math.max(last, note.startTick, note.endTick - 1);
  return last;
}
