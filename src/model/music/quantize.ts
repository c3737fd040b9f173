import { largest } from '../lists.ts';
import { VOICES, type Voice } from '../voices/voice.ts';
import { type BeatLine, beatAt } from './beat-line.ts';
import { type PedalSpan, type PieceNote, STEPS_PER_BEAT, type Stroke } from './piece.ts';
import type { TimedNote, TimedPedal } from './song.ts';

/** Exact times are kept to a millionth of a step: far below a tick of any file. */
const exact = (steps: number): number => Math.round(steps * 1e6) / 1e6;

/** A stroke with its place on the grid. */
interface Placed extends Stroke {
  readonly pitch: number;
  readonly duration: number;
  readonly voice?: Voice;
}

/**
 * Notes on the nearest steps of the ruler, sorted, one a step and pitch: of several the loudest, on the grid as long as the
 * longest; the others are kept in `again`. Durations are those of the key, to its next stroke at most. `offset` and `length` keep
 * what rounding took.
 * @param partOf the part of the file that a note belongs to
 * @param voices of the notes, in their order; of several that fall together the first in the order of VOICES holds
 */
export function quantize(
  notes: readonly TimedNote[],
  line: BeatLine,
  partOf: (note: TimedNote) => number = () => 0,
  voices?: readonly Voice[],
): PieceNote[] {
  const found = new Map<number, Placed[]>();
  for (const [i, note] of notes.entries()) {
    const start = beatAt(line.marks, note.startTick) * STEPS_PER_BEAT;
    const length = beatAt(line.marks, note.endTick) * STEPS_PER_BEAT - start;
    const step = Math.max(0, Math.round(start));
    const part = partOf(note);
    const place = step * 128 + note.pitch;
    const here = found.get(place) ?? [];
    here.push({
      pitch: note.pitch,
      duration: durationSteps(length),
      offset: Math.min(0.5, Math.max(-0.5, exact(start - step))),
      length: exact(length),
      velocity: note.velocity,
      ...(part > 0 ? { part } : {}),
      ...(voices ? { voice: voices[i] } : {}),
    });
    found.set(place, here);
  }
  const quantized = [...found].map(([place, strokes]) => joined(Math.floor(place / 128), strokes));
  return cutAtNextStroke(quantized.sort((a, b) => a.step - b.step || a.pitch - b.pitch));
}

function joined(step: number, strokes: readonly Placed[]): PieceNote {
  const loudest = strokes.reduce((a, b) => (b.velocity > a.velocity ? b : a));
  const { pitch, velocity, offset, length, part } = loudest;
  const duration = largest(strokes.map((stroke) => stroke.duration));
  const again = strokes
    .filter((stroke) => stroke !== loudest)
    .map(({ pitch: _, duration: __, voice: ___, ...stroke }): Stroke => stroke);
  const voice = foremost(strokes.flatMap((stroke) => stroke.voice ?? []));
  return {
    step,
    pitch,
    duration,
    velocity,
    ...(offset !== 0 ? { offset } : {}),
    ...(length !== duration ? { length } : {}),
    ...(part === undefined ? {} : { part }),
    ...(voice ? { voice } : {}),
    ...(again.length > 0 ? { again } : {}),
  };
}

/** The one that comes first in the order of VOICES. */
const foremost = (voices: readonly Voice[]): Voice | undefined =>
  VOICES.find((voice) => voices.includes(voice));

/** Rounding can make a note reach past the next stroke of its key, which no key does. */
function cutAtNextStroke(notes: readonly PieceNote[]): PieceNote[] {
  const next = new Map<number, number>();
  const cut: PieceNote[] = [];
  for (let i = notes.length - 1; i >= 0; i--) {
    const note = notes[i];
    const room = (next.get(note.pitch) ?? Number.POSITIVE_INFINITY) - note.step;
    cut.push(note.duration > room ? { ...note, duration: room, length: note.length ?? note.duration } : note);
    next.set(note.pitch, note.step);
  }
  return cut.reverse();
}

/** A length in steps as a piece has it: 0.5, or whole from 1. */
export function durationSteps(steps: number): number {
  return steps < 0.75 ? 0.5 : Math.max(1, Math.round(steps));
}

/** Pedal on the ruler; what was pressed before its start is held from there on. */
export function pedalSteps(pedal: readonly TimedPedal[], line: BeatLine): PedalSpan[] {
  const steps = (tick: number): number => exact(Math.max(0, beatAt(line.marks, tick)) * STEPS_PER_BEAT);
  return pedal
    .map((span) => ({ startStep: steps(span.startTick), endStep: steps(span.endTick) }))
    .filter((span) => span.endStep > span.startStep);
}
