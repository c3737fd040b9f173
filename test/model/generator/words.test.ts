import { describe, expect, it } from 'vitest';
import { wordsToPiece } from '../../../src/model/generator/to-piece.ts';
import { pieceToWords } from '../../../src/model/generator/to-words.ts';
import { valueOfDuration } from '../../../src/model/generator/vocabulary.ts';
import { goldenPiece } from './golden-generator.ts';

describe('words of the generator', () => {
  it('keep lengths up to four bars, by ratio above one', () => {
    const steps = [0.25, 0.5, 0.75, 1, 16, 16.4, 17.8, 17.9, 24, 60, 200];
    expect(steps.map(valueOfDuration)).toEqual([1, 1, 2, 2, 17, 17, 17, 18, 19, 24, 24]);
  });

  it('say a piece again with its voices, bars, tempos and chords', () => {
    const piece = goldenPiece();
    const words = pieceToWords(piece);
    const again = wordsToPiece(words, piece.key);
    expect(again.barBeats).toEqual(piece.barBeats);
    expect(again.notes.map(({ step, voice }) => [step, voice])).toEqual(
      piece.notes.map(({ step, voice }) => [step, voice]),
    );
    // What the first pass rounded stays as it is.
    expect(pieceToWords(again)).toEqual(words);
  });

  it('take a note that nobody has named for an inner one', () => {
    const piece = goldenPiece();
    const plain = { ...piece, notes: piece.notes.map(({ voice: _, ...note }) => note) };
    const voices = wordsToPiece(pieceToWords(plain), piece.key).notes.map(({ voice }) => voice);
    expect(new Set(voices)).toEqual(new Set(['inner']));
  });
});
