import { describe, expect, it } from 'vitest';
import type { BeatTracker } from '../../../src/model/music/beat-tracker.ts';
import { type ImportOptions, importPiece } from '../../../src/model/music/import.ts';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import type { Voice } from '../../../src/model/voices/voice.ts';
import * as b from './midi-builder.ts';

const imported = (file: b.BuiltFile, options?: ImportOptions) =>
  importPiece(parseMidi(b.build(file), 'song.mid'), options);

/** Eighths at a steady human pace, recorded on the clock of a machine: nothing lies on the file's grid. */
function performance(beatTicks: number, beats: number, lead = 100): b.BuiltFile {
  const next = b.random(5);
  const events: number[] = [];
  let now = 0;
  for (let i = 0; i < beats * 2; i++) {
    const tick = Math.round(lead + (i * beatTicks) / 2 + (next() - 0.5) * 20);
    events.push(...b.on(tick - now, 48 + (i % 7), 60 + (i % 8 === 0 ? 30 : 0)), ...b.off(100, 48 + (i % 7)));
    now = tick + 100;
  }
  return { tracks: [events] };
}

/** Knows the answer: beats from 0.4 s on, 0.6 s apart, downbeats on the second and every fourth. */
const tracker = (certainty = 0.8): BeatTracker => ({
  track: (_notes, options) => ({
    beatTimes: Array.from({ length: 20 }, (_, i) => 0.4 + i * 0.6),
    downbeats: [1, 5, 9, 13, 17],
    beatsPerBar: options?.threeFour ? 3 : 4,
    certainty,
  }),
});

describe("a file's own grid", () => {
  it('is believed when notes lie on it, at the default tempo too', () => {
    const { isPerformance, gridConfidence, piece, bpm } = imported({
      tracks: [b.quarters([60, 62, 64, 65, 67, 69])],
    });
    expect(isPerformance).toBe(false);
    expect(gridConfidence).toBeGreaterThan(0.9);
    expect(piece.barBeats).toEqual([4, 4]);
    expect(piece.notes.map((n) => n.step)).toEqual([0, 4, 8, 12, 16, 20]);
    expect(piece.notes.every((n) => !('offset' in n))).toBe(true);
    expect(bpm).toBe(120);
  });

  it('is not believed when they do not', () => {
    const { isPerformance, gridConfidence } = imported(performance(571, 40));
    expect(isPerformance).toBe(true);
    expect(gridConfidence).toBeLessThan(0.1);
  });

  it('holds for triplets', () => {
    const track = Array.from({ length: 24 }, (_, i) => [
      ...b.on(0, 60 + (i % 5)),
      ...b.off(160, 60 + (i % 5)),
    ]).flat();
    expect(imported({ tracks: [track] }).isPerformance).toBe(false);
  });

  it('gives bars by its time signatures; long bars are cut, odd ones counted in eighths', () => {
    const notes = (count: number) => b.quarters(Array.from({ length: count }, (_, i) => 60 + (i % 5)));
    const bars = (numerator: number, power: number, count: number) =>
      imported({ tracks: [[...b.signature(0, numerator, power), ...notes(count)]] }).piece.barBeats;
    expect(bars(3, 2, 6)).toEqual([3, 3]);
    expect(bars(2, 2, 6)).toEqual([2, 2, 2]);
    expect(bars(6, 3, 6)).toEqual([3, 3]);
    expect(bars(2, 1, 8)).toEqual([4, 4]);
    expect(bars(5, 2, 10)).toEqual([3, 2, 3, 2]);
    expect(bars(6, 2, 6)).toEqual([3, 3]);
    expect(bars(12, 3, 6)).toEqual([3, 3]);
    expect(bars(7, 2, 7)).toEqual([4, 3]);
    expect(bars(7, 3, 8)).toEqual([4, 3, 4, 3, 4]);
  });

  it('is barred in fours when asked, whatever its signature', () => {
    const waltz = { tracks: [[...b.signature(0, 3, 2), ...b.quarters([60, 62, 64, 65, 67, 69, 71, 72])]] };
    expect(imported(waltz).piece.barBeats).toEqual([3, 3, 3]);
    expect(imported(waltz, { fourFour: true }).piece.barBeats).toEqual([4, 4]);
  });

  it('keeps the bar lines of a signature that begins within a beat', () => {
    // One bar of 7/8, then 4/4: the last beat of the first is stretched to the line.
    const head = b.quarters([60, 62, 64]);
    const tracks = [
      [...b.signature(0, 7, 3), ...b.signature(1680, 4, 2)],
      [...head, ...b.on(0, 65), ...b.off(240, 65), ...b.quarters([67, 69, 71, 72])],
    ];
    const { piece } = imported({ tracks });
    expect(piece.barBeats).toEqual([4, 4]);
    expect(piece.notes.map((n) => n.step)).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
  });

  it('drops silent bars before the music, keeps silent beats in its first bar', () => {
    const { piece, beatTimes } = imported({
      tracks: [[...b.on(480 * 9, 60), ...b.off(480, 60), ...b.quarters([62, 64, 65])]],
    });
    expect(piece.barBeats).toEqual([4, 4]);
    expect(piece.notes[0].step).toBe(4);
    expect(beatTimes[0]).toBe(4);
  });

  it('counts a silent last bar when the file does', () => {
    const { piece } = imported({ tracks: [[...b.quarters([60, 62, 64, 65]), ...b.endOfTrack(4 * 480)]] });
    expect(piece.barBeats).toEqual([4, 4]);
  });

  it('reads a tempo map laid over a performance from the first beat of the music', () => {
    // Two filler beats, one stretched; then a beat each 0.7 s, with the tempo said anew at each.
    const map = [...b.tempo(0, 500_000), ...b.tempo(960, 1_900_000)];
    for (let i = 0; i < 16; i++) map.push(...b.tempo(480, 700_000 + (i % 2)));
    const notes = [...b.on(480 * 3, 60), ...b.off(240, 60)];
    for (let i = 1; i < 16; i++) notes.push(...b.on(240, 60 + (i % 5)), ...b.off(240, 60 + (i % 5)));
    const { piece, isPerformance } = imported({ tracks: [[...map], notes] });
    expect(isPerformance).toBe(false);
    expect(piece.pace).toHaveLength(1);
    expect(piece.pace?.[0].bpm).toBeCloseTo(60 / 0.7, 1);
    expect(piece.barBeats).toEqual([4, 4, 4, 4, 4]);
    expect(piece.notes[0].step).toBe(12);
  });

  it.each([
    [200, 'slower', 8],
    [100, 'as it is', 16],
    [50, 'faster', 32],
  ])('with octaveFold, %i bpm is read %s', (bpm, _, beats) => {
    const pitches = Array.from({ length: 16 }, (_, i) => 60 + (i % 5));
    const file = { tracks: [[...b.tempo(0, 60e6 / bpm), ...b.quarters(pitches)]] };
    const { piece, bpm: read } = imported(file, { octaveFold: true });
    expect(piece.barBeats.reduce((sum, n) => sum + n, 0)).toBe(beats);
    expect(read).toBeCloseTo(100, 5);
  });
});

describe('a performance', () => {
  const file = performance(576, 18, 384);

  it("is laid on the tracker's beats, whole bars from its downbeats", () => {
    const { piece, beatTimes, downbeatTimes, beatCertainty, bpm } = imported(file, {
      beatTracker: tracker(),
    });
    expect(beatCertainty).toBe(0.8);
    expect(bpm).toBeCloseTo(100, 5);
    expect(new Set(piece.barBeats)).toEqual(new Set([4]));
    expect(downbeatTimes[1] - 1).toBeCloseTo(0, 5);
    expect(beatTimes[3]).toBeCloseTo(0.4, 5);
    expect(piece.notes.map((n) => n.step)).toEqual(Array.from({ length: 36 }, (_, i) => 12 + i * 2));
    expect(piece.notes.some((n) => Math.abs(n.offset ?? 0) > 0.01)).toBe(true);
  });

  it('can be corrected: twice, half, shifted, three a bar, free', () => {
    const read = (options: ImportOptions) => imported(file, { beatTracker: tracker(), ...options });
    const beats = (options: ImportOptions) => read(options).piece.barBeats.reduce((sum, n) => sum + n, 0);
    expect(read({ octave: 'double' }).bpm).toBeCloseTo(200, 5);
    expect(read({ octave: 'halve' }).bpm).toBeCloseTo(50, 5);
    expect(beats({ octave: 'double' })).toBeGreaterThan(36);
    expect(read({ shiftBeats: 1 }).downbeatTimes[1] % 0.6).toBeCloseTo(read({}).downbeatTimes[1] % 0.6, 5);
    expect(read({ shiftBeats: 1 }).downbeatTimes[0] - read({}).downbeatTimes[0]).toBeCloseTo(0.6, 5);
    expect(read({ shiftBeats: -1 }).piece.notes[0].step).toBe((12 + 4) % 16);
    expect(new Set(read({ threeFour: true }).piece.barBeats)).toEqual(new Set([3]));
    const free = read({ freeTime: true });
    expect([free.beatCertainty, free.beatTimes[0]]).toEqual([
      0,
      parseMidi(b.build(file), 'x').notes[0].startSeconds,
    ]);
  });

  it('is read in one octave of tempo, unless told not to', () => {
    const fast: BeatTracker = {
      track: () => ({
        beatTimes: Array.from({ length: 41 }, (_, i) => 0.4 + i * 0.3),
        downbeats: [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40],
        beatsPerBar: 4,
        certainty: 0.5,
      }),
    };
    expect(imported(file, { beatTracker: fast }).bpm).toBeCloseTo(100, 5);
    expect(imported(file, { beatTracker: fast, octaveFold: false }).bpm).toBeCloseTo(200, 5);
  });

  it('whose first beats the tracker missed still gets every note', () => {
    const late: BeatTracker = {
      track: () => ({ beatTimes: [4, 4.6, 5.2], downbeats: [0], beatsPerBar: 4, certainty: 0.3 }),
    };
    const { piece } = imported(file, { beatTracker: late });
    expect(piece.notes).toHaveLength(36);
  });
});

describe('voices', () => {
  it("are the tagger's, and of two strokes of a key at once the melody's stays", () => {
    const file = {
      tracks: [b.quarters([60, 62, 64, 65, 67]), b.quarters([60, 50, 52, 53, 55])],
    };
    // The second of the two strokes of 60 is no melody.
    const label = (notes: readonly { pitch: number }[]) =>
      notes.map(({ pitch }, i): Voice => (pitch >= 60 && i !== 1 ? 'melody' : pitch < 55 ? 'bass' : 'inner'));
    const { piece } = imported(file, { voiceTagger: { label } });
    expect(piece.notes).toHaveLength(9);
    expect(piece.notes.map(({ pitch, voice }) => `${pitch} ${voice}`)).toEqual([
      '60 melody',
      '50 bass',
      '62 melody',
      '52 bass',
      '64 melody',
      '53 bass',
      '65 melody',
      '55 inner',
      '67 melody',
    ]);
    expect(imported(file).piece.notes.some((note) => 'voice' in note)).toBe(false);
  });
});

describe('too little music', () => {
  it.each([1, 3])('%i notes are refused by name', (count) => {
    const pitches = [60, 62, 64].slice(0, count);
    expect(() => imported({ tracks: [b.quarters(pitches)] })).toThrow(
      /song\.mid holds (one note|3 notes): too little/,
    );
  });
});
