import { describe, expect, it } from 'vitest';
import { type BeatNote, findChords } from '../../../src/model/music/chords.ts';
import { CHORD_QUALITIES, type ChordQuality } from '../../../src/model/music/piece.ts';

const TONES: Record<ChordQuality, number[]> = {
  maj: [0, 4, 7],
  min: [0, 3, 7],
  dim: [0, 3, 6],
  aug: [0, 4, 8],
  sus2: [0, 2, 7],
  sus4: [0, 5, 7],
  maj7: [0, 4, 7, 11],
  min7: [0, 3, 7, 10],
  '7': [0, 4, 7, 10],
  dim7: [0, 3, 6, 9],
  m7b5: [0, 3, 6, 10],
};
const block = (pitches: number[], start: number, end: number): BeatNote[] =>
  pitches.map((pitch) => ({ pitch, velocity: 70, start, end }));

describe('findChords', () => {
  it('names every quality on every root in root position', () => {
    for (const quality of CHORD_QUALITIES) {
      for (let root = 0; root < 12; root++) {
        const pitches = [36 + root, ...TONES[quality].map((tone) => 60 + root + tone)];
        const [chord] = findChords(block(pitches, 0, 4), [4]);
        expect([quality, chord]).toEqual([quality, { root, quality, bass: root }]);
      }
    }
  });

  it('knows an inversion by its bass', () => {
    expect(findChords(block([40, 60, 64, 67], 0, 2), [2])[0]).toEqual({ root: 0, quality: 'maj', bass: 4 });
  });

  it('changes where the harmony does, and holds through passing notes', () => {
    const notes = [
      ...block([48, 60, 64, 67], 0, 4),
      ...block([62], 1.5, 2),
      ...block([65], 2.5, 3),
      ...block([43, 59, 62, 67], 4, 8),
    ];
    const roots = findChords(notes, [4, 4]).map((chord) => chord?.root);
    expect(roots).toEqual([0, 0, 0, 0, 7, 7, 7, 7]);
  });

  it('gathers a broken chord', () => {
    const broken = [45, 52, 57, 60, 64, 60, 57, 52].flatMap((pitch, i) => block([pitch], i / 2, i / 2 + 0.5));
    expect(findChords(broken, [4]).map((chord) => [chord?.root, chord?.quality])).toEqual(
      Array.from({ length: 4 }, () => [9, 'min']),
    );
  });

  it('says no chord where nothing sounds, however the silence begins', () => {
    const chords = findChords(block([48, 60, 64, 67], 4, 6), [4, 4, 4]);
    expect(chords.slice(0, 4)).toEqual([null, null, null, null]);
    expect(chords[4]?.root).toBe(0);
    expect(chords.slice(8)).toEqual([null, null, null, null]);
  });
});
