import { describe, expect, it } from 'vitest';
import { wordsToPiece } from '../../../src/model/generator/to-piece.ts';
import { pieceToWords } from '../../../src/model/generator/to-words.ts';
import { valueOfDuration, valueOfTiming } from '../../../src/model/generator/vocabulary.ts';
import { goldenPiece } from './golden-generator.ts';

describe('words of the generator', () => {
  it('keep lengths up to four bars, finer the shorter they are', () => {
    const steps = [0.1, 0.5, 1, 16, 24, 60, 200];
    expect(steps.map(valueOfDuration)).toEqual([1, 2, 4, 32, 36, 47, 48]);
    expect([0.374, 0.375, 7.5, 62].map(valueOfDuration)).toEqual([1, 2, 23, 48]);
  });

  it('keep how far a note is struck beside the grid', () => {
    expect([-0.6, -0.5, -0.01, 0, 0.0105, 0.25, 0.5].map(valueOfTiming)).toEqual([1, 1, 25, 25, 26, 37, 49]);
  });

  it('say a piece again with its voices, bars, tempos and chords', () => {
    const piece = goldenPiece();
    const words = pieceToWords(piece);
    const again = wordsToPiece(words, piece.key);
    expect(again.barBeats).toEqual(piece.barBeats);
    expect(again.notes.map(({ step, voice }) => [step, voice])).toEqual(
      piece.notes.map(({ step, voice }) => [step, voice]),
    );
    // What the first pass rounded stays as it is; a key that was struck while it was down has been let go before.
    const kept = wordsToPiece(pieceToWords(again), piece.key);
    expect(wordsToPiece(pieceToWords(kept), piece.key)).toEqual(kept);
  });

  it('are played anywhere within what they stand for, by the seed', () => {
    const words = pieceToWords(goldenPiece());
    const played = (seed: number) => wordsToPiece(words, goldenPiece().key, seed).notes;
    expect(played(4)).toEqual(played(4));
    const [notes, others, grid] = [played(4), played(5), wordsToPiece(words, goldenPiece().key).notes];
    const down = new Map<number, number>();
    for (const [i, { step, pitch, duration, offset = 0, length = duration }] of notes.entries()) {
      expect(Math.abs(offset - (grid[i].offset ?? 0))).toBeLessThanOrEqual(0.5 / 48 + 0.001);
      expect(length).toBeGreaterThanOrEqual(0.125);
      expect(step + offset).toBeGreaterThanOrEqual(down.get(pitch) ?? 0);
      down.set(pitch, step + offset + length);
      // On the grid it is readable.
      expect(duration === 0.5 || Number.isInteger(duration)).toBe(true);
    }
    expect(notes.filter(({ offset }, i) => offset !== others[i].offset).length).toBeGreaterThan(20);
  });

  it('do not say that all notes are late where a tracker heard every beat early', () => {
    const piece = goldenPiece();
    const on = { ...piece, notes: piece.notes.map((note) => ({ ...note, offset: 0.01 })) };
    const late = { ...piece, notes: piece.notes.map((note) => ({ ...note, offset: 0.21 })) };
    expect(pieceToWords(late)).toEqual(pieceToWords(on));
  });

  it('take a note that nobody has named for an inner one', () => {
    const piece = goldenPiece();
    const plain = { ...piece, notes: piece.notes.map(({ voice: _, ...note }) => note) };
    const voices = wordsToPiece(pieceToWords(plain), piece.key).notes.map(({ voice }) => voice);
    expect(new Set(voices)).toEqual(new Set(['inner']));
  });
});
