import { type Piece, STEPS_PER_BEAT } from './piece.ts';
import type { MidiSong } from './song.ts';

/** Held keys of a piece, measured as MusER and the EMOPIA papers do; pedal does not count. */
export interface Measures {
  /** Highest minus lowest pitch (PR); 0 without notes. */
  readonly pitchRange: number;
  /** Different pitch classes used (NPC). */
  readonly pitchClasses: number;
  /** Mean number of sounding pitches while any sounds (POLY). */
  readonly polyphony: number;
  /** The same of each bar that has notes, averaged. */
  readonly barPitchRange: number;
  readonly barPitchClasses: number;
  readonly barPolyphony: number;
  readonly notesPerSecond: number;
  readonly meanVelocity: number;
}

/** A key held; times in any one unit. */
export interface Held {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  readonly end: number;
}

/** Measures of a piece, on its grid. */
export function measure(piece: Piece): Measures {
  const held = piece.notes.map((note) => ({
    pitch: note.pitch,
    velocity: note.velocity,
    start: note.step,
    end: note.step + note.duration,
  }));
  const barEnds: number[] = [];
  for (const beats of piece.barBeats) barEnds.push((barEnds.at(-1) ?? 0) + beats * STEPS_PER_BEAT);
  return measureHeld(held, barEnds, secondsOf(piece));
}

/** Measures of a file as it was played, in bars that begin at these seconds; its length is first onset to last release. */
export function measureSong(song: MidiSong, barStarts: readonly number[]): Measures {
  const held = song.notes.map((note) => ({
    pitch: note.pitch,
    velocity: note.velocity,
    start: note.startSeconds,
    end: note.endSeconds,
  }));
  const length = song.durationSeconds - (held[0]?.start ?? 0);
  return measureHeld(held, [...barStarts.slice(1), Number.POSITIVE_INFINITY], length);
}

/** Measures of held keys, sorted by start, in bars that end at `barEnds`; `seconds` is the length of all. */
export function measureHeld(held: readonly Held[], barEnds: readonly number[], seconds: number): Measures {
  const bars = inBars(held, barEnds);
  const velocities = held.reduce((sum, note) => sum + note.velocity, 0);
  return {
    pitchRange: pitchRange(held),
    pitchClasses: pitchClasses(held),
    polyphony: polyphony(held),
    barPitchRange: mean(bars.map(pitchRange)),
    barPitchClasses: mean(bars.map(pitchClasses)),
    barPolyphony: mean(bars.map(polyphony)),
    notesPerSecond: seconds > 0 ? held.length / seconds : 0,
    meanVelocity: held.length ? velocities / held.length : 0,
  };
}

/** Length of a piece in seconds at its tempos. */
export function secondsOf(piece: Piece): number {
  const end = piece.barBeats.reduce((sum, beats) => sum + beats, 0);
  return piece.tempos.reduce((sum, { beat, bpm }, i) => {
    const next = Math.min(end, piece.tempos[i + 1]?.beat ?? end);
    return sum + Math.max(0, next - beat) * (60 / bpm);
  }, 0);
}

/** The notes of each bar that has onsets, cut at the bar's end. */
function inBars(held: readonly Held[], barEnds: readonly number[]): Held[][] {
  const bars: Held[][] = [];
  let at = 0;
  for (const barEnd of barEnds) {
    const bar: Held[] = [];
    for (; at < held.length && held[at].start < barEnd; at++) {
      bar.push({ ...held[at], end: Math.min(barEnd, held[at].end) });
    }
    if (bar.length) bars.push(bar);
  }
  return bars;
}

function pitchRange(held: readonly Held[]): number {
  let low = 128;
  let high = -1;
  for (const { pitch } of held) {
    low = Math.min(low, pitch);
    high = Math.max(high, pitch);
  }
  return Math.max(0, high - low);
}

function pitchClasses(held: readonly Held[]): number {
  return new Set(held.map(({ pitch }) => pitch % 12)).size;
}

function polyphony(held: readonly Held[]): number {
  let sounding = 0;
  for (const { start, end } of held) sounding += end - start;
  // The time in which any note sounds: the union of the lengths, in rising order of start.
  let covered = 0;
  let reach = Number.NEGATIVE_INFINITY;
  for (const { start, end } of held) {
    covered += Math.max(0, end - Math.max(start, reach));
    reach = Math.max(reach, end);
  }
  return covered > 0 ? sounding / covered : 0;
}

const mean = (values: readonly number[]): number =>
  values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
