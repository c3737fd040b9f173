import { describe, expect, test } from 'vitest';
import { type Clip, NEW_ASK } from '../../../src/contract/document.ts';
import type { Piece, PieceNote } from '../../../src/model/music/piece.ts';
import { barsText, diffPieces } from '../../../src/renderer/compare/diff.ts';
import { askedText, factsOf } from '../../../src/renderer/compare/facts.ts';

const note = (step: number, pitch: number, duration = 4, velocity = 64): PieceNote => ({
  step,
  pitch,
  duration,
  velocity,
});
const pieceOf = (notes: PieceNote[], barBeats = [4, 4, 4, 4]): Piece => ({
  key: { tonic: 9, mode: 'minor' },
  barBeats,
  notes,
  tempos: [{ beat: 0, bpm: 90 }],
  chords: [],
});

describe('the difference of two pieces', () => {
  const a = pieceOf([note(0, 60), note(4, 64), note(16, 60), note(32, 67)]);

  test('of a piece and itself is none', () => {
    const diff = diffPieces(a, { ...a, notes: a.notes.map((one) => ({ ...one })) });
    expect(diff.same.size).toBe(4);
    expect([diff.changed.size, diff.onlyA.size, diff.onlyB.size]).toEqual([0, 0, 0]);
    expect(diff.bars).toEqual([]);
    expect(diff.elements.size).toBe(0);
  });

  test('counts every note of both exactly once', () => {
    const b = pieceOf([note(0, 60, 4, 90), note(4, 65), note(16, 60), note(48, 40), note(52, 41)]);
    const diff = diffPieces(a, b);
    expect([...diff.same]).toEqual(['16:60']);
    expect([...diff.changed]).toEqual(['0:60']);
    expect([...diff.onlyA]).toEqual(['4:64', '32:67']);
    expect([...diff.onlyB]).toEqual(['4:65', '48:40', '52:41']);
    expect(diff.same.size + diff.changed.size + diff.onlyA.size).toBe(a.notes.length);
    expect(diff.same.size + diff.changed.size + diff.onlyB.size).toBe(b.notes.length);
    expect(diff.bars).toEqual([0, 2, 3]);
  });

  test('is the same from the other side', () => {
    const b = pieceOf([note(0, 61), note(4, 64, 2)]);
    const [one, two] = [diffPieces(a, b), diffPieces(b, a)];
    expect(two.onlyA).toEqual(one.onlyB);
    expect(two.onlyB).toEqual(one.onlyA);
    expect(two.bars).toEqual(one.bars);
    expect(two.elements).toEqual(one.elements);
  });

  test('tells which elements differ', () => {
    const softer = pieceOf(a.notes.map((one) => ({ ...one, velocity: 30 })));
    expect([...diffPieces(a, softer).elements]).toEqual(['velocity']);
    const slower = { ...a, tempos: [{ beat: 0, bpm: 60 }] };
    expect([...diffPieces(a, slower).elements]).toEqual(['tempo']);
    expect(diffPieces(a, slower).bars).toEqual([]);
    const harmony = { ...a, chords: [{ beat: 0, chord: { root: 0, quality: 'maj' as const } }] };
    expect([...diffPieces(a, harmony).elements]).toEqual(['chord']);
    const higher = pieceOf(a.notes.map((one) => ({ ...one, pitch: one.pitch + 12 })));
    expect(diffPieces(a, higher).elements.has('barBeat')).toBe(false);
    expect(diffPieces(a, higher).elements.has('type')).toBe(false);
    expect(diffPieces(a, higher).elements.has('pitch')).toBe(true);
  });

  test('counts bars on the longer piece', () => {
    const long = pieceOf([...a.notes, note(80, 60)], [4, 4, 4, 4, 4, 4]);
    expect(diffPieces(a, long).bars).toEqual([5]);
    expect(diffPieces(long, a).bars).toEqual([5]);
  });
});

test('bars are told in runs', () => {
  expect(barsText([4])).toBe('bar 5');
  expect(barsText([0, 1, 2])).toBe('bars 1–3');
  expect(barsText([0, 1, 4, 6, 7])).toBe('bars 1–2, 5 and 7–8');
});

describe('the figures of a clip', () => {
  const clip: Clip = {
    id: 'a',
    name: 'Take 1',
    kind: 'take',
    starred: false,
    piece: pieceOf([note(0, 45, 4, 40), note(0, 60, 4, 60), note(20, 72, 4, 80)]),
    mix: {},
    seed: 7,
    asked: [{ valence: 0.6, arousal: 0.35 }],
    ask: { ...NEW_ASK, bars: 4, key: { tonic: 9, mode: 'minor' } },
    heard: { emotion: { valence: 0.6, arousal: 0.35 }, bars: [] },
  };

  test('are those of its notes', () => {
    expect(factsOf(clip)).toEqual({
      heard: 'happy +0.60 +0.35',
      match: '100%',
      notesPerBar: '0.8',
      velocity: '60',
      key: 'A min',
      range: 'A2–C5',
      tempo: '90',
      asked: 'happy +0.60 +0.35 · 4 bars · A minor · seed 7',
    });
  });

  test('tell what it was chosen from, and why it was kept', () => {
    const chosen = { written: 5, copies: 1, reason: 'emotion' as const };
    expect(askedText({ ...clip, chosen })).toMatch(
      /seed 7 · best of 5: nearest to the emotion, 1 set aside as a copy$/,
    );
    expect(askedText({ ...clip, chosen: { written: 2, copies: 0, reason: null } })).toMatch(/best of 2$/);
  });

  test('of an empty clip that was imported are there, too', () => {
    const { asked, ask, heard, seed, ...bare } = clip;
    const facts = factsOf({ ...bare, kind: 'import', piece: pieceOf([]) });
    expect(facts).toMatchObject({ heard: '–', match: '–', notesPerBar: '0.0', velocity: '–', range: '–' });
    expect(facts.asked).toMatch(/imported/);
  });

  test('name what was written anew, and a path by its ends', () => {
    const asked = [
      { valence: -0.6, arousal: -0.3 },
      { valence: 0.6, arousal: 0.35 },
    ];
    const path = [
      { at: 0, ...asked[0] },
      { at: 1, ...asked[1] },
    ];
    expect(
      askedText({
        ...clip,
        asked,
        ask: { ...NEW_ASK, bars: 4, path },
        renewed: { clipId: 'b', elements: ['pitch', 'velocity'], fromBar: 2, toBar: 4 },
      }),
    ).toBe('a path from sad to happy · 4 bars · pitch, velocity anew in bars 3–4 · seed 7');
  });
});
