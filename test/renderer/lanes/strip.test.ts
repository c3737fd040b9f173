import { describe, expect, test } from 'vitest';
import { shiftOf, stripFor } from '../../../src/renderer/lanes/strip.ts';
import { axisFor, endBeat, type TimeAxis } from '../../../src/renderer/lanes/time-axis.ts';

const WIDTH = 640;
const CLIP = 256;

function inside(axis: TimeAxis, strip: TimeAxis): boolean {
  return strip.start <= axis.start + 1e-6 && endBeat(strip) >= endBeat(axis) - 1e-6;
}

describe('what the canvases of the lanes hold', () => {
  test('is the whole of a 64-bar clip, which is scrolled without drawing', () => {
    const held = stripFor(axisFor(CLIP, 1, 0, WIDTH), CLIP, 1, null);
    expect(held).toMatchObject({ start: 0, width: 4 * WIDTH });
    for (let start = 0; start <= CLIP - 64; start++)
      expect(stripFor(axisFor(CLIP, 1, start, WIDTH), CLIP, 1, held)).toBe(held);
  });

  test('is a page where the clip is no longer than that', () => {
    expect(stripFor(axisFor(32, 1, 0, WIDTH), 32, 1, null)).toMatchObject({ start: 0, width: WIDTH });
  });

  test('holds what is in view at every place of a long clip, and changes once in a page or more', () => {
    let held: TimeAxis | null = null;
    let changes = 0;
    const pages = CLIP / (64 / 8);
    for (let start = 0; start <= CLIP - 8; start += 0.1) {
      const axis = axisFor(CLIP, 8, start, WIDTH);
      const strip = stripFor(axis, CLIP, 1, held);
      if (strip !== held) changes++;
      held = strip;
      expect(inside(axis, strip)).toBe(true);
    }
    expect(changes).toBeGreaterThan(5);
    expect(changes).toBeLessThanOrEqual(pages);
  });

  test('turning round does not change it back', () => {
    const at = (start: number) => axisFor(CLIP, 8, start, WIDTH);
    const first = stripFor(at(0), CLIP, 1, null);
    const second = stripFor(at(endBeat(first) - 10), CLIP, 1, first);
    expect(second).not.toBe(first);
    expect(stripFor(at(endBeat(first) - 12), CLIP, 1, second)).toBe(second);
  });

  test('another zoom or width is another strip; a sharp display has a shorter one, never under two pages', () => {
    const held = stripFor(axisFor(CLIP, 8, 40, WIDTH), CLIP, 1, null);
    expect(stripFor(axisFor(CLIP, 9, 40, WIDTH), CLIP, 1, held).scale).not.toBe(held.scale);
    expect(stripFor(axisFor(CLIP, 8, 40, 800), CLIP, 1, held).width).toBe(3200);
    expect(stripFor(axisFor(CLIP, 8, 40, 1000), CLIP, 2, null).width).toBe(3000);
    expect(stripFor(axisFor(CLIP, 8, 40, 2000), CLIP, 3, null).width).toBe(4000);
  });

  test('is moved by whole device pixels', () => {
    const strip = stripFor(axisFor(CLIP, 1, 0, WIDTH), CLIP, 2, null);
    expect(shiftOf(strip, axisFor(CLIP, 1, 10.03, WIDTH), 2)).toBe(-100.5);
    expect(shiftOf(strip, axisFor(CLIP, 1, 10.03, WIDTH), 1)).toBe(-100);
  });
});
