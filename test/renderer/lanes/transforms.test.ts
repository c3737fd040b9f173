import { describe, expect, test } from 'vitest';
import type { PieceNote } from '../../../src/model/music/piece.ts';
import { pitchAt, pitchAxisFor, rowHeight, yOf } from '../../../src/renderer/lanes/pitch-axis.ts';
import {
  axisFor,
  beatOf,
  endBeat,
  leastZoom,
  xOf,
  zoomAbout,
} from '../../../src/renderer/lanes/time-axis.ts';
import { visibleRange } from '../../../src/renderer/lanes/visible.ts';
import { chordName, shortKeyName, triadName } from '../../../src/renderer/shared/format.ts';

const note = (step: number, pitch: number, duration = 1): PieceNote => ({
  step,
  pitch,
  duration,
  velocity: 64,
});

describe('the time axis', () => {
  test('a short clip fills the width, a long one shows sixteen bars', () => {
    expect(xOf(axisFor(16, 1, 0, 800), 16)).toBeCloseTo(800);
    expect(endBeat(axisFor(256, 1, 0, 800))).toBeCloseTo(64);
  });

  test('pixels to beats and back', () => {
    const axis = axisFor(200, 3, 31.5, 640);
    for (const x of [0, 13, 320, 640]) expect(xOf(axis, beatOf(axis, x))).toBeCloseTo(x);
  });

  test('scrolling stops at both ends', () => {
    expect(axisFor(64, 2, -5, 800).start).toBe(0);
    expect(axisFor(64, 2, 500, 800).start).toBe(32);
  });

  test('zooming keeps the beat under the pointer', () => {
    const axis = axisFor(256, 2, 100, 800);
    const held = beatOf(axis, 300);
    const next = zoomAbout(axis, 256, 2, 1.7, 300);
    expect(beatOf(axisFor(256, next.zoom, next.start, 800), 300)).toBeCloseTo(held);
  });

  test('a zoom that showed all of a long clip shows a short one in full width, and zooms in from there', () => {
    const zoom = leastZoom(800);
    expect(endBeat(axisFor(32, zoom, 0, 600))).toBeCloseTo(32);
    expect(zoomAbout(axisFor(32, zoom, 0, 600), 32, zoom, 2, 0).zoom).toBeCloseTo(2);
  });

  test('the smallest zoom shows all of a 200-bar clip', () => {
    expect(endBeat(axisFor(800, leastZoom(800), 0, 600))).toBeCloseTo(800);
    expect(zoomAbout(axisFor(800, 1, 0, 600), 800, 1, 1e-6, 0).zoom).toBeCloseTo(leastZoom(800));
  });
});

describe('the pitch axis', () => {
  test('holds every note, with a row for each pitch', () => {
    const axis = pitchAxisFor([note(0, 30), note(4, 100)], 700);
    expect(yOf(axis, 100)).toBeGreaterThanOrEqual(0);
    expect(yOf(axis, 30) + rowHeight(axis)).toBeLessThanOrEqual(700);
  });

  test('pixels to pitches and back', () => {
    const axis = pitchAxisFor([note(0, 60)], 300);
    for (const pitch of [50, 60, 70])
      expect(pitchAt(axis, yOf(axis, pitch) + rowHeight(axis) / 2)).toBe(pitch);
  });

  test('an empty clip and one at the edge of MIDI have a sound axis', () => {
    for (const notes of [[], [note(0, 127)], [note(0, 0)]]) {
      const axis = pitchAxisFor(notes, 200);
      expect(axis.rows).toBeGreaterThanOrEqual(30);
      expect(axis.low).toBeGreaterThanOrEqual(0);
      expect(axis.low + axis.rows - 1).toBeLessThanOrEqual(127);
    }
  });
});

test('visible notes include a long one that began before the edge', () => {
  const notes = [note(0, 40, 64), note(10, 60), note(50, 60), note(90, 60)];
  const { from, to } = visibleRange(notes, 40, 60, 64);
  expect(notes.slice(from, to).map((one) => one.step)).toEqual([0, 10, 50]);
});

describe('names', () => {
  const key = { tonic: 0, mode: 'minor' } as const;
  test.each([
    ['maj7', 3, 'E♭maj7', 'E♭'],
    ['min7', 0, 'Cm7', 'Cm'],
    ['min', 10, 'B♭m', 'B♭m'],
    ['m7b5', 2, 'Dø7', 'Dø'],
    ['sus4', 7, 'Gsus4', 'G'],
  ] as const)('of a chord on little room keep root and third: %s', (quality, root, whole, short) => {
    expect([chordName({ root, quality }, key), triadName({ root, quality, bass: 5 }, key)]).toEqual([
      whole,
      short,
    ]);
  });

  test('of a key on little room', () => expect(shortKeyName({ tonic: 6, mode: 'minor' })).toBe('F♯ min'));
});
