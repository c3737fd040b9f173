import { describe, expect, test } from 'vitest';
import type { Piece } from '../../../src/model/music/piece.ts';
import { barAt, barStarts, chordSpans, inForce } from '../../../src/renderer/edit/bars.ts';
import {
  addNote,
  drawVelocities,
  moveNotes,
  placeOf,
  removeNotes,
  resizeNotes,
  shiftVelocities,
} from '../../../src/renderer/edit/piece-edit.ts';
import { readout } from '../../../src/renderer/lanes/readout.ts';
import { amend, push, redo, startHistory, undo } from '../../../src/renderer/session/history.ts';

const piece: Piece = {
  key: { tonic: 3, mode: 'major' },
  barBeats: [4, 3, 4],
  notes: [
    { step: 0, pitch: 60, duration: 4, velocity: 64 },
    { step: 4, pitch: 64, duration: 2, velocity: 80, offset: 0.1 },
    { step: 4, pitch: 67, duration: 2, velocity: 90 },
  ],
  tempos: [
    { beat: 0, bpm: 100 },
    { beat: 5, bpm: 110 },
  ],
  chords: [
    { beat: 0, chord: { root: 3, quality: 'maj' } },
    { beat: 4, chord: null },
  ],
};
const all = new Set(piece.notes.map(placeOf));
const places = (notes: Piece['notes']) => notes.map(placeOf);

describe('notes', () => {
  test('move together, and keep their shape at the edges', () => {
    const moved = moveNotes(piece, all, -9, 200);
    expect(moved.piece.notes.map((n) => n.step)).toEqual([0, 4, 4]);
    expect(moved.piece.notes.map((n) => n.pitch)).toEqual([120, 124, 127]);
    expect(moved.places).toEqual(new Set(places(moved.piece.notes)));
  });

  test('a note moved onto another takes its place', () => {
    const moved = moveNotes(piece, new Set(['4:64']), 0, 3);
    expect(places(moved.piece.notes)).toEqual(['0:60', '4:67']);
    expect(moved.piece.notes[1].velocity).toBe(80);
  });

  test('are added once, removed, made longer and never shorter than half a step', () => {
    expect(addNote(piece, piece.notes[0]).notes).toHaveLength(3);
    expect(removeNotes(piece, new Set(['4:64'])).notes).toHaveLength(2);
    expect(resizeNotes(piece, new Set(['4:64']), 3).piece.notes[1].duration).toBe(5);
    expect(resizeNotes(piece, new Set(['4:64']), -9).piece.notes[1].duration).toBe(0.5);
  });

  test('velocities are drawn where the line goes and stay within 1 to 127', () => {
    expect(drawVelocities(piece, 3, 5, () => 300).notes.map((n) => n.velocity)).toEqual([64, 127, 127]);
    expect(drawVelocities(piece, 0, 9, () => 20, new Set(['4:67'])).notes.map((n) => n.velocity)).toEqual([
      64, 80, 20,
    ]);
    expect(shiftVelocities(piece, all, -500).piece.notes.map((n) => n.velocity)).toEqual([1, 1, 1]);
  });

  test('an edit leaves the piece it was made from alone', () => {
    const copy = structuredClone(piece);
    moveNotes(piece, all, 1, 1);
    drawVelocities(piece, 0, 99, () => 1);
    expect(piece).toEqual(copy);
  });
});

describe('bars', () => {
  test('start where the ones before end', () => {
    expect(barStarts(piece)).toEqual([0, 4, 7, 11]);
    expect([0, 3.9, 4, 6.99, 7, 99].map((beat) => barAt(barStarts(piece), beat))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test('what is in force is the last change', () => {
    expect(inForce(piece.tempos, 4.9)?.bpm).toBe(100);
    expect(inForce(piece.tempos, 5)?.bpm).toBe(110);
    expect(chordSpans(piece)).toEqual([
      { from: 0, to: 4, chord: { root: 3, quality: 'maj' } },
      { from: 4, to: 11, chord: null },
    ]);
  });

  test('the read-out names what lies under the pointer', () => {
    expect(readout(piece, 'chord', 1, null)).toBe('1.2.1 · E♭');
    expect(readout(piece, 'pitch', 1.2, 67)).toBe('1.2.1 · G4 · length 2/16 · velocity 90');
    expect(readout(piece, 'tempo', 5.5, null)).toBe('2.2.3 · 110 bpm');
    expect(readout(piece, 'type', 1.5, null)).toBe('1.2.3 · 2 notes in this beat');
  });
});

describe('undo', () => {
  test('goes back and forth without end', () => {
    let history = startHistory(0);
    for (let i = 1; i <= 500; i++) history = push(history, i, `step ${i}`);
    for (let i = 0; i < 500; i++) history = undo(history);
    expect(history.present).toBe(0);
    expect(undo(history)).toBe(history);
    for (let i = 0; i < 500; i++) history = redo(history);
    expect(history.present).toBe(500);
  });

  test('takes a whole gesture back at once, and a new one apart', () => {
    let history = startHistory('a');
    for (const value of ['b', 'c', 'd']) history = push(history, value, 'drag', 'drag 1');
    history = push(history, 'e', 'drag', 'drag 2');
    history = undo(history);
    expect(history.present).toBe('d');
    expect(undo(history).present).toBe('a');
  });

  test('a change after undo forgets what could be redone; an amendment is no step', () => {
    let history = push(startHistory(1), 2, 'two');
    history = push(undo(history), 3, 'three');
    expect(redo(history)).toBe(history);
    expect(undo(amend(history, 4)).present).toBe(1);
  });

  test('a gesture is not merged into a step that was redone', () => {
    let history = push(startHistory(1), 2, 'drag', 'drag 1');
    history = redo(undo(history));
    history = push(history, 3, 'drag', 'drag 1');
    expect(undo(history).present).toBe(2);
  });
});
