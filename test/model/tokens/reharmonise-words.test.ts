import { describe, expect, it } from 'vitest';
import { chordLine, chordsBetween, layOver } from '../../../src/model/tokens/chord-line.ts';
import { checkWords } from '../../../src/model/tokens/grammar.ts';
import { reharmoniseWords } from '../../../src/model/tokens/reharmonise-words.ts';
import { repeatBars } from '../../../src/model/tokens/repeat-bars.ts';
import { soundingClasses } from '../../../src/model/tokens/sounding-classes.ts';
import {
  CHORD,
  ELEMENTS,
  FIRST_CHORD,
  NO_CHORD,
  PITCH,
  TYPE,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from '../../../src/model/tokens/vocabulary.ts';
import { randomWords } from '../helpers/pieces.ts';
import { seededRandom, randomWords as walk } from './random-words.ts';

const modes = { from: 'major', to: 'minor' } as const;
const column = (words: Words, c: number): number[] =>
  Array.from({ length: words.length / WORD_WIDTH }, (_, i) => words[i * WORD_WIDTH + c]);

describe('words on other chords', () => {
  const words = randomWords(5, 6);
  const from = chordLine(words).flat();
  const to = layOver(chordLine(randomWords(6, 4)), [4, 4, 4, 4, 4, 4]).flat();

  it('have them, and all else but the pitches stays', () => {
    const out = reharmoniseWords(words, from, to, modes);
    expect(checkWords(out)).toBeNull();
    expect(chordLine(out).flat()).toEqual(to);
    for (let c = 0; c < ELEMENTS.length; c++)
      if (c !== CHORD && c !== PITCH) expect(column(out, c)).toEqual(column(words, c));
    expect(column(out, PITCH)).not.toEqual(column(words, PITCH));
  });

  it('are the same words where the chords are the same', () => {
    expect([...reharmoniseWords(words, from, from, modes)]).toEqual([...words]);
  });

  it('are grammatical whatever the music and the chords', () => {
    const random = seededRandom(3);
    for (let k = 0; k < 60; k++) {
      const music = walk(random, { maxBars: 3 });
      const line = chordLine(music).flat();
      const asked = line.map(() => NO_CHORD + Math.floor(random() * 133));
      const out = reharmoniseWords(music, line, asked, modes);
      expect(checkWords(out)).toBeNull();
      expect(chordLine(out).flat()).toEqual(asked);
    }
  });

  it('move a figure alike each time', () => {
    const bar = randomWords(8, 1);
    const music = repeatBars(bar, 4);
    const line = chordLine(music).flat();
    const asked = line.map((_, beat) => FIRST_CHORD + (beat % 4) * 11);
    const out = reharmoniseWords(music, line, asked, modes);
    const notes = column(out, PITCH).filter((_, i) => out[i * WORD_WIDTH + TYPE] === TYPE_NOTE);
    const each = notes.length / 4;
    for (let k = 1; k < 4; k++) expect(notes.slice(k * each, (k + 1) * each)).toEqual(notes.slice(0, each));
  });
});

describe('chords by degrees', () => {
  const from = [3, 3, 3, 3, 14, 14, 14, 14, 25, 25, 25, 25];
  const to = [3, 3, 80, 80, 80, 80, 90, 90, 25, 25, 47, 47];

  it('go over a span at a time, more and more of them', () => {
    expect(chordsBetween(from, to, 0)).toEqual(from);
    expect(chordsBetween(from, to, 1)).toEqual(to);
    let before = from;
    for (let amount = 0; amount <= 1; amount += 0.05) {
      const between = chordsBetween(from, to, amount);
      for (const [beat, chord] of between.entries()) {
        expect([from[beat], to[beat]]).toContain(chord);
        if (before[beat] === to[beat]) expect(chord).toBe(to[beat]);
      }
      for (const beat of [2, 4, 6, 10])
        expect(between[beat] === to[beat]).toBe(between[beat + 1] === to[beat + 1]);
      before = between;
    }
    expect(chordsBetween(from, to, 0.5).filter((chord, beat) => chord !== from[beat])).toHaveLength(4);
  });

  it('of a shorter piece begin anew by whole bars and beats', () => {
    expect(layOver([[1, 2], [3]], [3, 2, 1])).toEqual([[1, 2, 1], [3, 3], [1]]);
  });
});

it('bars that begin anew are spelled as one piece', () => {
  const out = repeatBars(randomWords(2, 2), 5);
  expect(checkWords(out)).toBeNull();
  const line = chordLine(out);
  expect(line).toHaveLength(5);
  expect(line[4].filter((chord) => chord >= FIRST_CHORD)).toEqual(
    line[2].filter((chord) => chord >= FIRST_CHORD),
  );
});

it('what sounds in a beat are its notes, those that still ring, and its chord', () => {
  const [C, F] = [FIRST_CHORD, FIRST_CHORD + 5 * 11];
  const words = Uint8Array.from([
    ...[0, 0, 1, 2, 0, 0, 0],
    ...[20, C, 2, 2, 0, 0, 0],
    // B3 for five steps.
    ...[0, 0, 0, 3, 59 - 21, 6, 20],
    ...[1, F, 6, 2, 0, 0, 0],
  ]);
  const classes = soundingClasses(words)[0].map((beat) => [...beat.keys()].filter((k) => beat[k] === 1));
  expect(classes).toEqual([
    [0, 4, 7, 11],
    [0, 5, 9, 11],
  ]);
});
