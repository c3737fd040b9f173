import { type BeatLine, beatAt, pad } from './beat-line.ts';
import type { BeatNote } from './chords.ts';
import {
  type Chord,
  type ChordChange,
  type MetreChange,
  type PieceNote,
  STEPS_PER_BEAT,
  type TempoChange,
} from './piece.ts';
import type { MidiSong } from './song.ts';
import { median } from './tempo-curve.ts';

/** At most so many silent bars that a file's length counts are kept at its end. */
const SILENT_BARS = 4;

/**
 * Leaves out the bars before the first note and after the last onset; bars up to `endBeat`, where a file ends on a bar
 * line, are kept. Steps count from the first bar kept.
 */
export function trim(
  line: BeatLine,
  notes: readonly PieceNote[],
  endBeat: number,
): { line: BeatLine; notes: PieceNote[]; marks: readonly number[] } {
  const whole = reachBeat(
    line,
    Math.max(endBeat, Math.floor(notes[notes.length - 1].step / STEPS_PER_BEAT) + 1),
  );
  const firstStep = notes[0].step;
  const lastStep = notes[notes.length - 1].step;
  let beat = 0;
  let from = 0;
  const bars: number[] = [];
  for (const beats of whole.bars) {
    const ends = beat + beats;
    if (ends * STEPS_PER_BEAT <= firstStep) from = ends;
    else if (beat * STEPS_PER_BEAT <= lastStep || ends <= endBeat) bars.push(beats);
    beat = ends;
  }
  const length = bars.reduce((sum, beats) => sum + beats, 0);
  const to = from + length + 1;
  return {
    line: {
      marks: whole.marks.slice(from, to),
      seconds: whole.seconds.slice(from, to),
      bars,
      ...(line.barLines && { barLines: barLinesWithin(whole, from, length) }),
      ...(line.metres && { metres: metresWithin(line.metres, from, length) }),
      ...(line.beatValue && { beatValue: line.beatValue }),
    },
    // Notes may be held beyond the last bar, over beats of other lengths.
    marks: whole.marks.slice(from),
    notes: notes.map((note) => ({ ...note, step: note.step - from * STEPS_PER_BEAT })),
  };
}

const barLinesWithin = ({ barLines = [] }: BeatLine, from: number, length: number): number[] =>
  barLines.map((beat) => beat - from).filter((beat) => beat >= 0 && beat < length);

/** Metres from the first beat kept on; what is in force there is said there. */
function metresWithin(metres: readonly MetreChange[], from: number, length: number): MetreChange[] {
  const before = metres.findLast(({ beat }) => beat <= from);
  const inside = metres.filter(({ beat }) => beat > from && beat < from + length);
  return [...(before ? [before] : []), ...inside].map((change) => ({
    ...change,
    beat: Math.max(0, change.beat - from),
  }));
}

/** Adds bars like the last until the ruler reaches a beat. */
function reachBeat(line: BeatLine, beat: number): BeatLine {
  const last = line.bars[line.bars.length - 1];
  const count = Math.max(0, Math.ceil((beat - (line.marks.length - 1)) / last));
  if (count === 0) return line;
  const reach = line.marks.length - 1;
  const added = Array.from({ length: count }, (_, i) => reach + i * last);
  return {
    ...line,
    ...pad(line, 0, count * last),
    bars: [...line.bars, ...added.map(() => last)],
    ...(line.barLines && { barLines: [...line.barLines, ...added] }),
  };
}

/** The beat at which the file ends, if that is a bar line of its own grid not far behind the last onset; else 0. */
export function endOfFile(song: MidiSong, line: BeatLine): number {
  const end = beatAt(line.marks, song.endTick);
  const lastOnset = beatAt(line.marks, song.notes[song.notes.length - 1].startTick);
  const total = line.marks.length - 1;
  const last = line.bars[line.bars.length - 1];
  if (Math.abs(end - Math.round(end)) > 0.01 || end - lastOnset > (SILENT_BARS + 1) * last) return 0;
  let at = end > total ? total + Math.ceil((end - total) / last - 0.01) * last : 0;
  if (at === 0) for (const beats of line.bars) if (at < end - 0.01) at += beats;
  return at === Math.round(end) ? at : 0;
}

/**
 * The file's tempo changes as they stand, when each is on a beat and there is at most one a bar; else undefined, and the
 * tempo of words is to be read off the beats.
 */
export function exactTempos(
  tempos: readonly TempoChange[],
  bars: readonly number[],
): TempoChange[] | undefined {
  return tempos.length <= bars.length && tempos.every(({ beat }) => Number.isInteger(beat))
    ? [...tempos]
    : undefined;
}

/** Notes in beats, with the pedal. */
export function beatNotes(song: MidiSong, line: BeatLine): BeatNote[] {
  return song.notes.map((note) => {
    const start = beatAt(line.marks, note.startTick);
    return {
      pitch: note.pitch,
      velocity: note.velocity,
      start,
      end: beatAt(line.seconds, note.soundSeconds),
    };
  });
}

/** Chords of beats as changes. */
export function changesOf(chords: readonly (Chord | null)[]): ChordChange[] {
  const changes: ChordChange[] = [];
  for (const [beat, chord] of chords.entries()) {
    if (beat === 0 || !sameChord(chord, changes[changes.length - 1].chord)) changes.push({ beat, chord });
  }
  return changes;
}

/** Whether two chords are one to the ear of a vocabulary: root and quality. */
function sameChord(a: Chord | null, b: Chord | null): boolean {
  return a?.root === b?.root && a?.quality === b?.quality;
}

/** The start of each bar. */
export function barStarts(values: readonly number[], bars: readonly number[]): number[] {
  let beat = 0;
  return bars.map((beats) => {
    const start = values[beat];
    beat += beats;
    return start;
  });
}

/** The tempo of the median beat. */
export function medianTempo(seconds: readonly number[]): number {
  return 60 / median(seconds.slice(1).map((end, i) => end - seconds[i]));
}
