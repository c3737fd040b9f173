import { describe, expect, test, vi } from 'vitest';
import { ALL_ELEMENTS } from '../../../src/contract/elements.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { barStarts } from '../../../src/renderer/edit/bars.ts';
import { drawLane } from '../../../src/renderer/lanes/draw/index.ts';
import { isInKey } from '../../../src/renderer/lanes/draw/pitch.ts';
import { painting } from '../../../src/renderer/shared/painting.ts';

/** A context that draws nothing and refuses what a browser's refuses: corners of less than nothing, numbers that are none. */
function strictContext(): CanvasRenderingContext2D {
  const check = (...numbers: number[]): void => {
    if (numbers.some((number) => !Number.isFinite(number))) throw new RangeError('not a number');
  };
  const context = {
    roundRect: (x: number, y: number, width: number, height: number, radius: number) => {
      check(x, y, width, height, radius);
      if (radius < 0) throw new RangeError(`Radius value ${radius} is negative.`);
    },
    arc: (x: number, y: number, radius: number) => {
      check(x, y, radius);
      if (radius < 0) throw new RangeError(`The radius ${radius} is negative.`);
    },
    fillRect: check,
    strokeRect: check,
    fillText: (_text: string, x: number, y: number) => check(x, y),
    moveTo: check,
    lineTo: check,
    measureText: (text: string) => ({ width: text.length * 6 }),
    beginPath: () => {},
    fill: () => {},
    stroke: () => {},
  };
  return context as unknown as CanvasRenderingContext2D;
}

function longPiece(bars: number): Piece {
  const beats = Array.from({ length: bars * 4 }, (_, beat) => beat);
  return {
    key: { tonic: 0, mode: 'major' },
    barBeats: Array.from({ length: bars }, () => 4),
    notes: beats.map((beat) => ({ step: beat * 4, pitch: 48 + (beat % 30), duration: 2, velocity: 64 })),
    tempos: [{ beat: 0, bpm: 120 }],
    chords: beats.map((beat) => ({ beat, chord: { root: beat % 12, quality: 'maj' as const } })),
    pedal: beats.map((beat) => ({ startStep: beat * 4, endStep: beat * 4 + 3 })),
  };
}

describe('every lane can be painted', () => {
  test.each([0.2, 0.5, 1, 1.7, 2, 3, 8, 300])('at %f pixels a beat', (scale) => {
    const piece = longPiece(200);
    const scene = {
      piece,
      starts: barStarts(piece),
      theme: 'dark' as const,
      emotions: [{ valence: 0.5, arousal: 0.5 }],
      bars: null,
      faded: false,
      axis: { scale, start: 3.3, width: 500 },
    };
    for (const element of ALL_ELEMENTS)
      for (const height of [8, 38, 300])
        expect(() => drawLane(strictContext(), element, scene, height, new Set())).not.toThrow();
  });
});

test('a picture that cannot be drawn leaves the context as it was, and the rest of the window alone', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const calls: string[] = [];
  const context = { save: () => calls.push('save'), restore: () => calls.push('restore') };
  painting(context as unknown as CanvasRenderingContext2D, () => {
    throw new Error('broken');
  });
  expect(calls).toEqual(['save', 'restore']);
  expect(told).toHaveBeenCalledOnce();
  told.mockRestore();
});

test('the rows of a key: its scale, in minor with both sixths and sevenths', () => {
  const pitches = (key: Piece['key']) =>
    Array.from({ length: 12 }, (_, i) => 60 + i).filter((pitch) => isInKey(pitch, key));
  expect(pitches({ tonic: 7, mode: 'major' })).toEqual([60, 62, 64, 66, 67, 69, 71]);
  expect(pitches({ tonic: 9, mode: 'minor' })).toEqual([60, 62, 64, 65, 66, 67, 68, 69, 71]);
});
