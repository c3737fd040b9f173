import { largest, smallest } from '../../model/lists.ts';
import type { Piece, PieceNote } from '../../model/music/piece.ts';

/** Edits of notes: each takes a piece and gives a new one, sorted and without two notes of one step and pitch. */

export const stepsOf = (piece: Piece): number => piece.barBeats.reduce((sum, beats) => sum + beats * 4, 0);
const clampPitch = (pitch: number): number => Math.min(127, Math.max(0, pitch));
const clampVelocity = (velocity: number): number => Math.min(127, Math.max(1, Math.round(velocity)));

/** Sorted by step, then pitch; of two at one place the first given wins, so moved notes are given first. */
function arranged(notes: readonly PieceNote[]): PieceNote[] {
  const seen = new Map<string, PieceNote>();
  for (const note of notes) {
    const place = `${note.step}:${note.pitch}`;
    if (!seen.has(place)) seen.set(place, note);
  }
  return [...seen.values()].sort((a, b) => a.step - b.step || a.pitch - b.pitch);
}

/** A note's place is its identity: no two notes share step and pitch. */
export const placeOf = (note: PieceNote): string => `${note.step}:${note.pitch}`;
export type Places = ReadonlySet<string>;

function mapSelected(piece: Piece, places: Places, change: (note: PieceNote) => PieceNote) {
  const changed: PieceNote[] = [];
  const rest: PieceNote[] = [];
  for (const note of piece.notes) {
    if (places.has(placeOf(note))) changed.push(change(note));
    else rest.push(note);
  }
  return {
    piece: { ...piece, notes: arranged([...changed, ...rest]) } as Piece,
    places: new Set(changed.map(placeOf)) as Places,
  };
}

export function addNote(piece: Piece, note: PieceNote): Piece {
  return { ...piece, notes: arranged([note, ...piece.notes]) };
}

export function removeNotes(piece: Piece, places: Places): Piece {
  return { ...piece, notes: piece.notes.filter((note) => !places.has(placeOf(note))) };
}

/** Moves by whole steps and semitones, as far as the edges allow, so that the shape of a chord survives. */
export function moveNotes(piece: Piece, places: Places, steps: number, semitones: number) {
  const chosen = piece.notes.filter((note) => places.has(placeOf(note)));
  if (chosen.length === 0) return { piece, places };
  const last = stepsOf(piece) - 1;
  const dx = Math.max(
    -smallest(chosen.map((n) => n.step)),
    Math.min(last - largest(chosen.map((n) => n.step)), steps),
  );
  const dy = Math.max(
    -smallest(chosen.map((n) => n.pitch)),
    Math.min(127 - largest(chosen.map((n) => n.pitch)), semitones),
  );
  return mapSelected(piece, places, (note) => ({
    ...note,
    step: note.step + dx,
    pitch: clampPitch(note.pitch + dy),
  }));
}

/** Makes notes longer or shorter by whole steps; the shortest is half a step. */
export function resizeNotes(piece: Piece, places: Places, steps: number) {
  return mapSelected(piece, places, ({ length: _, again: __, ...note }) => {
    const wanted = note.duration + steps;
    return { ...note, duration: wanted < 1 ? 0.5 : Math.round(wanted) };
  });
}

export function shiftVelocities(piece: Piece, places: Places, by: number) {
  return mapSelected(piece, places, (note) => ({ ...note, velocity: clampVelocity(note.velocity + by) }));
}

/** Sets the velocities of the notes at the steps [fromStep, toStep] (of those in `only`, when given): a drawn line. */
export function drawVelocities(
  piece: Piece,
  fromStep: number,
  toStep: number,
  velocityAt: (step: number) => number,
  only?: Places,
): Piece {
  return {
    ...piece,
    notes: piece.notes.map((note) =>
      note.step >= fromStep && note.step <= toStep && (!only || only.has(placeOf(note)))
        ? { ...note, velocity: clampVelocity(velocityAt(note.step)) }
        : note,
    ),
  };
}
