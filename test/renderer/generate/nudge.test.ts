import { describe, expect, test } from 'vitest';
import { type Clip, newProject } from '../../../src/contract/document.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { changeWords } from '../../../src/renderer/emotion/change-words.ts';
import { NUDGES, nudged } from '../../../src/renderer/generate/nudge.ts';

const piece: Piece = {
  key: { tonic: 0, mode: 'major' },
  barBeats: [4, 4, 4, 4],
  notes: [],
  tempos: [{ beat: 0, bpm: 120 }],
  chords: [],
};
const clip: Clip = {
  id: 'a',
  name: 'a',
  kind: 'take',
  starred: false,
  piece,
  mix: {},
  heard: { emotion: { valence: 0.2, arousal: 0.8 }, bars: [] },
};
const nudge = (word: string) => NUDGES.find((one) => one.word === word)!;

describe('a step on the plane', () => {
  test('goes from where the clip is heard, and stays on the plane', () => {
    const doc = { ...newProject('one'), clips: [clip], currentId: 'a' };
    expect(nudged(nudge('calmer'), clip, doc, null)?.ask.emotion).toEqual({ valence: 0.2, arousal: 0.3 });
    expect(nudged(nudge('livelier'), clip, doc, null)?.ask.emotion).toEqual({ valence: 0.2, arousal: 1 });
  });

  test('writes what carries it anew, in the chosen bars or in all, and no lane that is locked', () => {
    const doc = newProject('one');
    const locked = { ...doc, locks: { ...doc.locks, pitch: true } };
    expect(nudged(nudge('darker'), clip, doc, null)?.renewal).toMatchObject({
      elements: ['chord', 'pitch'],
      fromBar: 0,
      toBar: 4,
    });
    expect(nudged(nudge('darker'), clip, locked, { from: 1, to: 3 })?.renewal).toMatchObject({
      elements: ['chord'],
      fromBar: 1,
      toBar: 3,
    });
  });

  test('is nothing where all that carries it is locked', () => {
    const doc = newProject('one');
    const locked = { ...doc, locks: { ...doc.locks, pitch: true, chord: true } };
    expect(nudged(nudge('brighter'), clip, locked, null)).toBeNull();
  });
});

describe('a difference in words', () => {
  const from = { valence: 0, arousal: 0 };
  test('says how far and which way, and nothing where there is none', () => {
    expect(changeWords(from, { valence: 0.1, arousal: -0.7 })).toBe('a little brighter, much calmer');
    expect(changeWords(from, { valence: -0.3, arousal: 0.02 })).toBe('darker');
    expect(changeWords(from, { valence: 0.03, arousal: 0.04 })).toBeNull();
  });
});
