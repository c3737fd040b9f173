import { describe, expect, it } from 'vitest';
import { indexBars } from '../../../src/model/tokens/bars.ts';
import { checkWords, GrammarState } from '../../../src/model/tokens/grammar.ts';
import { BAR_BEAT, PITCH, TEMPO, TYPE, WORD_WIDTH } from '../../../src/model/tokens/vocabulary.ts';
import { randomWords, seededRandom } from './random-words.ts';

const BAR_WORD = [0, 0, 1, 2, 0, 0, 0];
const FIRST = [20, 3, 2, 2, 0, 0, 0];
const note = (pitch: number) => [0, 0, 0, 3, pitch, 4, 20];
const position = (p: number, tempo = 1, chord = 1) => [tempo, chord, 2 + p, 2, 0, 0, 0];
const words = (...rows: number[][]) => Uint8Array.from(rows.flat());

const values = (mask: Uint8Array) => [...mask.keys()].filter((value) => mask[value]);

describe('GrammarState', () => {
  it('opens with a bar, then position 0 with tempo and chord said', () => {
    const state = new GrammarState();
    expect(values(state.allowed(TYPE))).toEqual([2]);
    expect(values(state.allowed(BAR_BEAT, BAR_WORD))).toEqual([1]);
    state.push(BAR_WORD);
    expect(values(state.allowed(TYPE))).toEqual([2]);
    expect(values(state.allowed(BAR_BEAT, BAR_WORD))).toEqual([2]);
    expect(values(state.allowed(TEMPO, FIRST))).toEqual(Array.from({ length: 54 }, (_, i) => i + 2));
    expect(state.allowed(1, FIRST)[1]).toBe(0);
  });

  it('never leaves out a beat start and never leaves a position empty', () => {
    const state = new GrammarState();
    for (const word of [BAR_WORD, FIRST]) state.push(word);
    expect(values(state.allowed(TYPE))).toEqual([0, 2, 3]);
    expect(values(state.allowed(BAR_BEAT, position(0)))).toEqual([1, 3, 4, 5, 6]);
    state.push(position(2));
    expect(values(state.allowed(TYPE))).toEqual([3]);
    state.push(note(40));
    expect(values(state.allowed(PITCH, note(0)))[0]).toBe(41);
    expect(values(state.allowed(BAR_BEAT, position(0)))).toEqual([1, 5, 6]);
  });

  it('says tempo and chord only when they change', () => {
    const state = new GrammarState();
    for (const word of [BAR_WORD, FIRST]) state.push(word);
    expect(state.problem(position(4, 20))).toMatch(/tempo 20/);
    expect(state.problem(position(4, 1, 3))).toMatch(/chord 3/);
    expect(state.problem(position(4, 21, 4))).toBeNull();
    expect(state.problem(position(3, 21, 1))).toMatch(/tempo 21/);
  });

  it('lets no pitch follow the highest one', () => {
    const state = new GrammarState();
    for (const word of [BAR_WORD, FIRST, note(86)]) state.push(word);
    expect(values(state.allowed(TYPE))).toEqual([0, 2]);
  });

  it('keeps to bars of the wanted beats, their number and the tempo', () => {
    for (let seed = 0; seed < 60; seed++) {
      const beatsPerBar = 1 + (seed % 4);
      const constraints = { beatsPerBar, maxBars: 1 + (seed % 3), lockedTempo: 2 + (seed % 54) };
      const walk = randomWords(seededRandom(seed), constraints);
      expect(checkWords(walk, constraints)).toBeNull();
      expect(indexBars(walk).beats).toEqual(new Array(constraints.maxBars).fill(beatsPerBar));
      const tempos = Array.from({ length: walk.length / WORD_WIDTH }, (_, i) => walk[i * WORD_WIDTH + TEMPO]);
      expect(tempos.filter((tempo) => tempo > 1)).toEqual([constraints.lockedTempo]);
    }
  });

  it('clones without sharing', () => {
    const state = new GrammarState();
    for (const word of [BAR_WORD, FIRST]) state.push(word);
    const copy = state.clone();
    copy.push(note(30));
    expect(state.lastPitch).toBe(0);
    expect(copy.lastPitch).toBe(30);
    expect(copy.tempo).toBe(20);
  });

  it('refuses what it does not allow, and anything after the end', () => {
    const state = new GrammarState();
    expect(() => state.push(FIRST)).toThrow(/before the first bar/);
    for (const word of [BAR_WORD, FIRST]) state.push(word);
    state.push([0, 0, 0, 0, 0, 0, 0]);
    expect(values(state.allowed(TYPE))).toEqual([]);
    expect(() => state.push(BAR_WORD)).toThrow(/after the end/);
  });
});

describe('checkWords', () => {
  it('accepts a sound sequence', () => {
    expect(
      checkWords(words(BAR_WORD, FIRST, note(30), note(31), position(4), BAR_WORD, position(0))),
    ).toBeNull();
  });

  it.each([
    ['an empty sequence', words(), 0],
    ['half a word', Uint8Array.from([0, 0, 1]), 0],
    ['no beat word in the last bar', words(BAR_WORD, FIRST, BAR_WORD), 3],
    ['an off-beat position without notes', words(BAR_WORD, FIRST, position(1), position(4)), 3],
    ['a beat left out', words(BAR_WORD, FIRST, position(8)), 2],
    ['a falling pitch', words(BAR_WORD, FIRST, note(30), note(30)), 3],
    ['a position that goes back', words(BAR_WORD, FIRST, position(4), position(0)), 3],
    ['a note that carries a tempo', words(BAR_WORD, FIRST, [1, 0, 0, 3, 30, 4, 20]), 2],
    ['a note without velocity', words(BAR_WORD, FIRST, [0, 0, 0, 3, 30, 4, 0]), 2],
    ['an EOS inside', words(BAR_WORD, FIRST, [0, 0, 0, 0, 0, 0, 0]), 2],
    ['an emotion inside', words(BAR_WORD, FIRST, [0, 0, 0, 1, 0, 0, 0]), 2],
    ['a value out of range', words(BAR_WORD, FIRST, [0, 0, 0, 3, 87, 4, 20]), 2],
  ])('finds %s', (_, sequence, at) => {
    expect(checkWords(sequence)?.word).toBe(at);
  });
});
