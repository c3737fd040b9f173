import { describe, expect, test } from 'vitest';
import { emotionRgb, inkOn, luminance } from '../../../src/renderer/emotion/colour.ts';
import { matchOf } from '../../../src/renderer/emotion/match.ts';
import { fromPad, toPad } from '../../../src/renderer/emotion/pad-geometry.ts';
import {
  emotionAt,
  emotionPerBar,
  pathFromStroke,
  pathWithBars,
} from '../../../src/renderer/emotion/path.ts';
import { PLACES, wordFor } from '../../../src/renderer/emotion/places.ts';

const at = (valence: number, arousal: number) => ({ valence, arousal });

describe('places', () => {
  test('every named place is called by its own name', () => {
    for (const place of PLACES) expect(wordFor(place)).toBe(place.name);
    expect(wordFor(at(0.05, -0.05))).toBe('neutral');
  });

  test('eight places, two in each quadrant', () => {
    const quadrants = PLACES.map(({ valence, arousal }) => `${valence > 0}${arousal > 0}`);
    for (const quadrant of new Set(quadrants))
      expect(quadrants.filter((q) => q === quadrant)).toHaveLength(2);
  });
});

describe('colours', () => {
  test('joy is gold, anger rose, sorrow blue, peace green', () => {
    const [gold, rose, blue, green] = [at(0.7, 0.7), at(-0.7, 0.7), at(-0.7, -0.7), at(0.7, -0.7)].map((e) =>
      emotionRgb(e, 'dark'),
    );
    expect(gold[0]).toBeGreaterThan(gold[2] + 60);
    expect(gold[1]).toBeGreaterThan(gold[2] + 40);
    expect(rose[0]).toBeGreaterThan(Math.max(rose[1], rose[2]) + 40);
    expect(blue[2]).toBeGreaterThan(Math.max(blue[0], blue[1]) + 30);
    expect(green[1]).toBeGreaterThan(Math.max(green[0], green[2]) + 20);
  });

  test('text on the accent has a contrast of at least 4.5 everywhere, in both themes', () => {
    for (const theme of ['dark', 'light'] as const) {
      for (let v = -1; v <= 1; v += 0.1) {
        for (let a = -1; a <= 1; a += 0.1) {
          const colour = emotionRgb(at(v, a), theme);
          const ink = inkOn(colour) === '#ffffff' ? 1 : luminance([20, 18, 13]);
          const ground = luminance(colour);
          const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
          expect(ratio).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });
});

describe('the path', () => {
  const path = [
    { at: 0, ...at(-1, 0) },
    { at: 1, ...at(1, 0.5) },
  ];

  test('runs straight between its points and stays beyond them', () => {
    expect(emotionAt(path, 0.5)).toEqual(at(0, 0.25));
    expect(emotionAt([{ at: 0.4, ...at(0.1, 0.2) }], 0.9)).toEqual(at(0.1, 0.2));
  });

  test('gives one emotion a bar, from the middle of the bar', () => {
    expect(emotionPerBar(at(0, 0), path, 2)).toEqual([at(-0.5, 0.125), at(0.5, 0.375)]);
    expect(emotionPerBar(at(0.3, 0.1), null, 3)).toEqual([at(0.3, 0.1), at(0.3, 0.1), at(0.3, 0.1)]);
  });

  test('is drawn by length, not by speed, and a dab is no path', () => {
    const stroke = [at(-0.5, 0), at(-0.5, 0), at(-0.49, 0), at(0, 0), at(0.5, 0)];
    const drawn = pathFromStroke(stroke)!;
    expect(drawn[0]).toMatchObject(at(-0.5, 0));
    expect(drawn[drawn.length - 1]).toMatchObject({ at: 1, ...at(0.5, 0) });
    expect(emotionAt(drawn, 0.5).valence).toBeCloseTo(0, 2);
    expect(pathFromStroke([at(0, 0), at(0.01, 0)])).toBeNull();
  });

  test('chosen bars take an emotion, the others keep theirs', () => {
    const changed = pathWithBars(at(0, 0), path, 4, { fromBar: 1, toBar: 2, emotion: at(0.9, -0.9) });
    const bars = emotionPerBar(at(0, 0), changed, 4);
    expect(bars[1]).toEqual(at(0.9, -0.9));
    expect(bars[3]).toEqual(emotionPerBar(at(0, 0), path, 4)[3]);
  });
});

test('the pad and the plane are each other’s inverse', () => {
  for (const emotion of [at(0, 0), at(0.62, -0.35), at(-1, 1)]) {
    const { x, y } = toPad(emotion, 240);
    expect(fromPad(x, y, 240)).toEqual(emotion);
  }
  expect(fromPad(-50, 999, 240)).toEqual(at(-1, -1));
});

describe('the match', () => {
  test('is whole where heard is asked, and falls with the distance', () => {
    const heard = { emotion: at(0.5, 0.5), bars: [] };
    expect(matchOf([at(0.5, 0.5)], heard)).toBe(1);
    expect(matchOf([at(0.5, -0.5)], heard)).toBeCloseTo(0.5);
    expect(matchOf(undefined, heard)).toBeNull();
  });

  test('goes bar by bar where the emotion moves', () => {
    const bars = [at(-0.5, 0), at(0.5, 0)];
    expect(matchOf(bars, { emotion: at(0, 0), bars })).toBe(1);
    expect(matchOf(bars, { emotion: at(0, 0), bars: [bars[1], bars[0]] })).toBeCloseTo(0.5);
  });
});
