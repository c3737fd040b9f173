import { describe, expect, it } from 'vitest';
import {
  chordTones,
  parseChord,
  parsePitch,
  parseProgression,
} from '../../../src/model/music/parse-chord.ts';

describe('chords as people write them', () => {
  it.each([
    ['Am', 9, 'min'],
    ['F', 5, 'maj'],
    ['C#m7b5', 1, 'm7b5'],
    ['Bbmaj7', 10, 'maj7'],
    ['Gsus', 7, 'sus4'],
    ['Cb', 11, 'maj'],
    ['E7', 4, '7'],
  ])('%s', (text, root, quality) => {
    expect(parseChord(text)).toEqual({ root, quality });
  });

  it('keeps a bass and names what it cannot read', () => {
    expect(parseChord('C/E')).toEqual({ root: 0, quality: 'maj', bass: 4 });
    for (const wrong of ['H', 'Cx', 'c', 'C/', 'Am13', ''])
      expect(() => parseChord(wrong)).toThrow(`'${wrong}' is no chord`);
  });

  it('knows its tones', () => {
    expect(chordTones(parseChord('Bm'))).toEqual([11, 2, 6]);
  });
});

it('progressions have one or more chords a bar', () => {
  const names = (text: string) => parseProgression(text).map((bar) => bar.map(({ root }) => root));
  expect(names('Am F C G')).toEqual([[9], [5], [0], [7]]);
  expect(names('Am F | C G')).toEqual([
    [9, 5],
    [0, 7],
  ]);
  expect(names('Am,F C')).toEqual([[9, 5], [0]]);
  expect(() => parseProgression('  ')).toThrow(/empty/);
});

it('pitches are names or numbers', () => {
  expect(['C4', 'c3', 'F#5', 'Bb2', '60', 'A0', 'C-1'].map(parsePitch)).toEqual([60, 48, 78, 46, 60, 21, 0]);
  expect(['H4', 'C', '128', '', 'C11', 'G9x'].map(parsePitch)).toEqual([null, null, null, null, null, null]);
});
