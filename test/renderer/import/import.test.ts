import { describe, expect, test } from 'vitest';
import type { Imported } from '../../../src/contract/contract.ts';
import { AS_FOUND } from '../../../src/contract/import-source.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import {
  changedSince,
  decisionText,
  foundBpm,
  isDoubtful,
  metreOf,
  readAgain,
  shifted,
  sourceOf,
} from '../../../src/renderer/import/source.ts';
import { clipFromImport } from '../../../src/renderer/session/clips.ts';
import { mapHistory, push, startHistory, undo } from '../../../src/renderer/session/history.ts';

const piece = (pitch: number, barBeats = [4, 4]): Piece => ({
  key: { tonic: 0, mode: 'major' },
  barBeats,
  notes: [{ step: 0, pitch, duration: 4, velocity: 64 }],
  tempos: [{ beat: 0, bpm: 100 }],
  chords: [],
});
const imported = (part: Partial<Imported> = {}): Imported => ({
  name: 'night',
  piece: piece(60),
  heard: null,
  fileId: 'a'.repeat(40),
  grid: 'track',
  certainty: 0.8,
  bpm: 100,
  ...part,
});

describe('a clip and its file', () => {
  const clip = { ...clipFromImport(imported(), 'night.mid'), name: 'evening', starred: true };

  test('read again, it keeps its name, its star and its place, and nothing of the old music', () => {
    const mixed = { ...clip, before: piece(50), mix: { pitch: { clipId: 'x', amount: 100, muted: false } } };
    const correction = { ...AS_FOUND, octave: 'double' as const };
    const again = readAgain(mixed, imported({ piece: piece(72), bpm: 200 }), 'night.mid', correction);
    expect(again).toMatchObject({ id: clip.id, name: 'evening', starred: true, mix: {}, piece: piece(72) });
    expect('before' in again || 'heard' in again).toBe(false);
    expect(again.source).toMatchObject({ correction, bpm: 200 });
    expect(foundBpm(again.source!)).toBe(100);
  });

  test('it is known whether its notes were changed since', () => {
    expect(changedSince(clip)).toBe(false);
    expect(changedSince({ ...clip, piece: piece(61) })).toBe(true);
    expect(changedSince({ ...clip, piece: piece(60, [3, 3]) })).toBe(true);
  });
});

describe('what was decided', () => {
  test('is said in words, and doubt is said only of beats that are claimed', () => {
    const source = (part: Partial<Imported>) => sourceOf(imported(part), 'night.mid');
    expect(decisionText(source({}))).toBe('A performance; its beats were found, 80% sure.');
    expect(decisionText(source({ grid: 'file', certainty: 0.97 }))).toBe('On the file’s own grid, 97% sure.');
    expect(decisionText(source({ grid: 'free', certainty: 0 }))).toMatch(/free time/);
    expect([0.4, 0.9].map((certainty) => isDoubtful(source({ certainty })))).toEqual([true, false]);
    expect(isDoubtful(source({ grid: 'free', certainty: 0 }))).toBe(false);
  });

  test('the metre is that of most bars', () => {
    expect(metreOf(piece(60, [4, 3, 3, 3, 2]))).toBe(3);
  });

  test('bar lines go round: as many beats later as a bar has is where they were', () => {
    let correction = AS_FOUND;
    const seen = [0, 1, 2, 3].map(() => {
      correction = shifted(correction, 1, 4);
      return correction.shiftBeats;
    });
    expect(seen).toEqual([1, 2, 3, 0]);
    expect(shifted(AS_FOUND, -1, 3).shiftBeats).toBe(-1);
    expect(shifted({ ...AS_FOUND, shiftBeats: -2 }, -1, 3).shiftBeats).toBe(0);
  });
});

test('a history under another name keeps every step', () => {
  const [a, b] = [
    { id: 'x', n: 1 },
    { id: 'x', n: 2 },
  ];
  const copied = mapHistory(push(startHistory(a), b, 'two'), (value) => ({ ...value, id: 'y' }));
  expect(copied.present).toEqual({ id: 'y', n: 2 });
  expect(undo(copied).present).toEqual({ id: 'y', n: 1 });
});
