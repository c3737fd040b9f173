import { describe, expect, it } from 'vitest';
import type { Key, Piece } from '../../../src/model/music/piece.ts';
import { wordsToPiece } from '../../../src/model/tokens/decode.ts';
import { pieceToWords } from '../../../src/model/tokens/encode.ts';
import { checkWords } from '../../../src/model/tokens/grammar.ts';
import { shiftOfTonic, valueOfPitch } from '../../../src/model/tokens/values.ts';
import { bpmOfValue } from '../../../src/model/tokens/vocabulary.ts';
import { randomWords, seededRandom } from './random-words.ts';

describe('words -> piece -> words', () => {
  it('is the identity for every grammatical sequence, in every key', () => {
    for (let seed = 0; seed < 400; seed++) {
      const random = seededRandom(seed);
      const constraints = seed % 3 === 0 ? { beatsPerBar: 1 + (seed % 4), maxBars: 1 + (seed % 5) } : {};
      const words = randomWords(random, constraints, 20 + (seed % 200));
      const key: Key = { tonic: seed % 12, mode: seed % 2 ? 'minor' : 'major' };
      const again = pieceToWords(wordsToPiece(words, key));
      expect(Buffer.compare(again, words), `seed ${seed}`).toBe(0);
    }
  });

  it('refuses ungrammatical words and says where', () => {
    expect(() => wordsToPiece(Uint8Array.from([0, 0, 1, 2, 0, 0, 0]), { tonic: 0, mode: 'major' })).toThrow(
      /word 1/,
    );
  });
});

const piece: Piece = {
  key: { tonic: 9, mode: 'minor' },
  barBeats: [3, 4],
  notes: [
    { step: 0, pitch: 57, duration: 4, velocity: 64 },
    { step: 0, pitch: 60, duration: 0.5, velocity: 1 },
    { step: 5, pitch: 72, duration: 40, velocity: 127 },
    { step: 12, pitch: 21, duration: 2.4, velocity: 65 },
  ],
  tempos: [
    { beat: 0, bpm: 100 },
    { beat: 4, bpm: 100.4 },
    { beat: 5, bpm: 80 },
  ],
  chords: [
    { beat: 0, chord: { root: 9, quality: 'min', bass: 9 } },
    { beat: 3, chord: { root: 5, quality: 'maj7' } },
    { beat: 5, chord: null },
  ],
};

describe('pieceToWords', () => {
  it('spells a small piece', () => {
    const words = pieceToWords(piece);
    const rows = Array.from({ length: words.length / 7 }, (_, i) => [...words.subarray(i * 7, i * 7 + 7)]);
    expect(checkWords(words)).toBeNull();
    expect(rows).toEqual([
      [0, 0, 1, 2, 0, 0, 0],
      [31, 4, 2, 2, 0, 0, 0],
      [0, 0, 0, 3, 39, 5, 21],
      [0, 0, 0, 3, 42, 1, 1],
      [1, 1, 6, 2, 0, 0, 0],
      [1, 1, 7, 2, 0, 0, 0],
      [0, 0, 0, 3, 54, 17, 41],
      [1, 1, 10, 2, 0, 0, 0],
      [0, 0, 1, 2, 0, 0, 0],
      [1, 3 + 8 * 11 + 6, 2, 2, 0, 0, 0],
      [0, 0, 0, 3, 3, 3, 21],
      [1, 1, 6, 2, 0, 0, 0],
      [24, 2, 10, 2, 0, 0, 0],
      [1, 1, 14, 2, 0, 0, 0],
    ]);
  });

  it('says "no chord" where the piece says nothing', () => {
    const words = pieceToWords({ ...piece, chords: [] });
    expect(words[8]).toBe(2);
  });

  it('brings sounding pitches and chords back in the key', () => {
    const back = wordsToPiece(pieceToWords(piece), piece.key);
    expect(back.notes.map((note) => note.pitch)).toEqual([57, 60, 72, 21]);
    expect(back.chords[1]).toEqual({ beat: 3, chord: { root: 5, quality: 'maj7' } });
    expect(back.tempos.map((tempo) => tempo.beat)).toEqual([0, 5]);
    expect(back.tempos[1].bpm).toBeCloseTo(bpmOfValue(24));
    expect(back.barBeats).toEqual([3, 4]);
  });

  it('folds pitches that leave the range and keeps the louder of two that meet', () => {
    const low = { ...piece, key: { tonic: 5, mode: 'major' as const } };
    const notes = [
      { step: 0, pitch: 24, duration: 4, velocity: 40 },
      { step: 0, pitch: 36, duration: 4, velocity: 90 },
    ];
    const words = pieceToWords({ ...low, notes });
    expect(shiftOfTonic(5)).toBe(-5);
    expect(valueOfPitch(24, -5)).toBe(31 - 21);
    expect([...words.subarray(14, 21)]).toEqual([0, 0, 0, 3, 10, 5, 30]);
  });

  it('refuses a piece without bars and notes outside the bars', () => {
    expect(() => pieceToWords({ ...piece, barBeats: [] })).toThrow(/no bars/);
    const late = [{ step: 28, pitch: 60, duration: 1, velocity: 60 }];
    expect(() => pieceToWords({ ...piece, notes: late })).toThrow(/outside/);
  });
});
