import type { AnyElement } from '../../contract/elements.ts';
import { keyAt } from '../../model/music/key-at.ts';
import { type Piece, STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { barAt, barStarts, inForce } from '../edit/bars.ts';
import { chordName, pitchName, plural } from '../shared/format.ts';

/** "5.3.2": bar, beat, sixteenth, all from 1; `firstBar` lie before what is shown. */
export function positionText(starts: readonly number[], step: number, firstBar = 0): string {
  const beat = step / STEPS_PER_BEAT;
  const bar = barAt(starts, beat);
  const inBar = Math.max(0, beat - starts[bar]);
  return `${firstBar + bar + 1}.${Math.floor(inBar) + 1}.${Math.floor((inBar % 1) * STEPS_PER_BEAT) + 1}`;
}

/** What lies under the pointer in a lane, in words. `pitch` only matters in the pitch lane. */
export function readout(
  piece: Piece,
  element: AnyElement,
  beat: number,
  pitch: number | null,
  firstBar = 0,
): string {
  const starts = barStarts(piece);
  const step = Math.max(0, Math.floor(beat * STEPS_PER_BEAT));
  const place = positionText(starts, step, firstBar);
  const atStep = piece.notes.filter((note) => note.step === step);
  switch (element) {
    case 'tempo':
      return `${place} · ${Math.round(inForce(piece.pace ?? piece.tempos, beat)?.bpm ?? 120)} bpm`;
    case 'chord':
      return `${place} · ${chordName(inForce(piece.chords, beat)?.chord ?? null, keyAt(piece, beat))}`;
    case 'type': {
      const first = Math.floor(beat) * STEPS_PER_BEAT;
      const count = piece.notes.filter(
        (note) => note.step >= first && note.step < first + STEPS_PER_BEAT,
      ).length;
      return `${place} · ${plural(count, 'note')} in this beat`;
    }
    case 'pitch': {
      if (pitch === null) return place;
      const note = piece.notes.find(
        (one) =>
          one.pitch === pitch &&
          one.step <= beat * STEPS_PER_BEAT &&
          one.step + one.duration > beat * STEPS_PER_BEAT,
      );
      const name = pitchName(pitch, piece.key);
      return note
        ? `${place} · ${name} · length ${note.duration}/16 · velocity ${note.velocity}`
        : `${place} · ${name}`;
    }
    case 'barBeat':
      return `${place} · ${plural(atStep.length, 'note')} ${atStep.length === 1 ? 'begins' : 'begin'}`;
    case 'pedal': {
      const at = beat * STEPS_PER_BEAT;
      const isDown = piece.pedal?.some(({ startStep, endStep }) => startStep <= at && at < endStep);
      return `${place} · pedal ${isDown ? 'down' : 'up'}`;
    }
    case 'duration':
      return atStep.length ? `${place} · ${atStep.map((note) => `${note.duration}/16`).join(', ')}` : place;
    default:
      return atStep.length ? `${place} · velocity ${atStep.map((note) => note.velocity).join(', ')}` : place;
  }
}
