import { describe, expect, it } from 'vitest';
import { hearAgain, inHeardMode } from '../../../src/model/music/hear-again.ts';
import { importPiece } from '../../../src/model/music/import.ts';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import { writeMidi } from '../../../src/model/music/midi-out.ts';
import { chordName } from '../../../src/model/music/names.ts';
import type { Piece, PieceNote } from '../../../src/model/music/piece.ts';
import { readout } from '../../../src/renderer/lanes/readout.ts';
import { songBytes } from '../../cli/song-bytes.ts';

const bytes = songBytes({ bars: 8, tonic: 62, bpm: 96 });
const opened = importPiece(parseMidi(bytes, 'song.mid')).piece;
const names = ({ chords, key }: Piece) => chords.map(({ beat, chord }) => [beat, chordName(chord, key)]);
const moved = (piece: Piece, by: number, moves: (note: PieceNote) => boolean = () => true): Piece => ({
  ...piece,
  notes: piece.notes.map((note) => (moves(note) ? { ...note, pitch: note.pitch + by } : note)),
});
const exported = (piece: Piece) => parseMidi(writeMidi(piece), 'again.mid');

describe('music after its notes were edited', () => {
  it('is the same where nothing was, and where only loudness was', () => {
    expect(hearAgain(opened, { ...opened, notes: [...opened.notes] })).toEqual(opened);
    const louder = { ...opened, notes: opened.notes.map((note) => ({ ...note, velocity: 100 })) };
    expect(hearAgain(opened, louder)).toEqual(louder);
  });

  it('transposed, is in the other key, with its chords, in the lane and in the file', () => {
    const up = hearAgain(opened, moved(opened, 3));
    expect(opened.key).toEqual({ tonic: 2, mode: 'major' });
    expect(up.key).toEqual({ tonic: 5, mode: 'major' });
    const roots = (piece: Piece) => piece.chords.map(({ chord }) => chord?.root);
    expect(roots(up)).toEqual(roots(opened).map((root) => ((root ?? 0) + 3) % 12));
    const file = exported(up);
    expect(file.keySignatures.map(({ sharps, mode }) => [sharps, mode])).toEqual([[-1, 'major']]);
    expect(file.markers.map(({ text }) => text)).toEqual(names(up).map(([, name]) => name));
  });

  it('has other chords only in the bars that changed', () => {
    const [, , from] = opened.barBeats.map((_, bar) => bar * 16);
    const inThird = ({ step }: PieceNote) => step >= from && step < from + 16;
    const after = hearAgain(opened, moved(opened, 1, inThird));
    const at = (piece: Piece, beat: number) => piece.chords.findLast((change) => change.beat <= beat)?.chord;
    const beats = Array.from({ length: 32 }, (_, beat) => beat);
    const differing = beats.filter((beat) => at(opened, beat)?.root !== at(after, beat)?.root);
    expect(differing).toEqual([8, 9, 10, 11]);
    expect(at(after, 8)?.root).toBe(((at(opened, 8)?.root ?? 0) + 1) % 12);
    expect(after.key).toEqual(opened.key);
  });

  it('modulates where half of it was transposed, and the file says so', () => {
    const long = importPiece(parseMidi(songBytes({ bars: 16, tonic: 62, bpm: 96 }), 'long.mid')).piece;
    const after = hearAgain(
      long,
      moved(long, 6, ({ step }) => step >= 128),
    );
    expect(after.keys).toEqual([
      { beat: 0, key: { tonic: 2, mode: 'major' } },
      { beat: 32, key: { tonic: 8, mode: 'major' } },
    ]);
    const file = exported(after);
    expect(file.keySignatures.map(({ sharps }) => sharps)).toEqual([2, -4]);
    // Spelled by the key in force: no sharps where there are flats.
    expect(readout(after, 'chord', 32, null)).toMatch(/ A♭$/);
    expect(file.markers.map(({ text }) => text)).toContain('Ab');
  });

  it('that turned its mode is said to be in that mode, on its own tonic', () => {
    const MINOR = [0, 2, 3, 5, 7, 8, 11];
    const MAJOR = [0, 2, 4, 5, 7, 9, 11];
    const scale = (degrees: readonly number[]): Piece => ({
      key: { tonic: 0, mode: 'major' },
      barBeats: [4, 4, 4, 4, 4, 4],
      notes: Array.from({ length: 48 }, (_, i) => i).flatMap((i) =>
        [0, 2, 4].map((third) => ({
          step: i * 2,
          pitch: 60 + degrees[([0, 3, 4, 0][(i >> 2) % 4] + third) % 7],
          duration: 2,
          velocity: 64,
        })),
      ),
      tempos: [{ beat: 0, bpm: 100 }],
      chords: [],
    });
    expect(inHeardMode(scale(MINOR)).key).toEqual({ tonic: 0, mode: 'minor' });
    const major = scale(MAJOR);
    expect(inHeardMode(major)).toBe(major);
  });

  it('has no voice where a note was moved, and keeps the others', () => {
    const voiced = { ...opened, notes: opened.notes.map((note) => ({ ...note, voice: 'inner' as const })) };
    const after = hearAgain(
      voiced,
      moved(voiced, 2, ({ step }) => step === 0),
    );
    expect(after.notes.every(({ step, voice }) => (voice === undefined) === (step === 0))).toBe(true);
  });

  it('without a note, has no chord and no pedal left to export', () => {
    const pedalled = { ...opened, pedal: [{ startStep: 0, endStep: 12 }] };
    const file = writeMidi(hearAgain(pedalled, { ...pedalled, notes: [] }));
    expect(Buffer.from(file).includes(Buffer.from([0xff, 0x06]))).toBe(false);
    expect(Buffer.from(file).includes(Buffer.from([0xb0, 64]))).toBe(false);
  });
});
