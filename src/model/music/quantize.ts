import { VOICES, type Voice } from '../voices/voice.ts';
import { type BeatLine, beatAt } from './beat-line.ts';
import { type PedalSpan, type PieceNote, STEPS_PER_BEAT } from './piece.ts';
import type { TimedNote, TimedPedal } from './song.ts';

/** The longest note of a piece: four beats. */
const MAX_DURATION = 16;

/** Where on a note its place on the ruler is read: ticks for a file's own grid, else seconds. */
export type Unit = 'ticks' | 'seconds';

/**
 * Notes on the nearest sixteenths of the ruler, sorted, one a step and pitch (of several the loudest, as long as the
 * longest). Durations are those of the key, to its next stroke at most. `offset` keeps what rounding took from the onset, unless it took nothing.
 * @param voices of the notes, in their order; of several that fall together the first in the order of VOICES holds
 */
export function quantize(
  notes: readonly TimedNote[],
  line: BeatLine,
  unit: Unit,
  voices?: readonly Voice[],
): PieceNote[] {
  const found = new Map<number, PieceNote>();
  for (const [i, note] of notes.entries()) {
    const start = beatAt(line.marks, unit === 'ticks' ? note.startTick : note.startSeconds) * STEPS_PER_BEAT;
    const end = beatAt(line.marks, unit === 'ticks' ? note.endTick : note.endSeconds) * STEPS_PER_BEAT;
    const step = Math.max(0, Math.round(start));
    const offset = Math.min(0.5, Math.max(-0.5, start - step));
    const duration = durationSteps(end - start);
    const before = found.get(step * 128 + note.pitch);
    found.set(step * 128 + note.pitch, {
      step,
      pitch: note.pitch,
      duration: Math.max(duration, before?.duration ?? 0),
      velocity: Math.max(note.velocity, before?.velocity ?? 0),
      ...(Math.abs(offset) > 1e-6 ? { offset } : {}),
      ...(voices ? { voice: foremost(voices[i], before?.voice) } : {}),
    });
  }
  return cutAtNextStroke([...found.values()].sort((a, b) => a.step - b.step || a.pitch - b.pitch));
}

/** The one that comes first in the order of VOICES. */
function foremost(a: Voice, b: Voice | undefined): Voice {
  return b && VOICES.indexOf(b) < VOICES.indexOf(a) ? b : a;
}

/** Rounding can make a note reach past the next stroke of its key, which no key does. */
function cutAtNextStroke(notes: readonly PieceNote[]): PieceNote[] {
  const next = new Map<number, number>();
  const cut: PieceNote[] = [];
  for (let i = notes.length - 1; i >= 0; i--) {
    const note = notes[i];
    const room = (next.get(note.pitch) ?? Number.POSITIVE_INFINITY) - note.step;
    cut.push(note.duration > room ? { ...note, duration: room } : note);
    next.set(note.pitch, note.step);
  }
  return cut.reverse();
}

/** A length in steps as a piece has it: 0.5, or whole from 1 to 16. */
export function durationSteps(steps: number): number {
  return steps < 0.75 ? 0.5 : Math.min(MAX_DURATION, Math.max(1, Math.round(steps)));
}

/** Pedal on the ruler, to a thousandth of a step. */
export function pedalSteps(pedal: readonly TimedPedal[], line: BeatLine): PedalSpan[] {
  const steps = (seconds: number): number =>
    Math.round(Math.max(0, beatAt(line.seconds, seconds)) * STEPS_PER_BEAT * 1000) / 1000;
  return pedal
    .map((span) => ({ startStep: steps(span.startSeconds), endStep: steps(span.endSeconds) }))
    .filter((span) => span.endStep > span.startStep);
}
