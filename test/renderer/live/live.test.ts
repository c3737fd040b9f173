import { describe, expect, test } from 'vitest';
import type { LiveBar } from '../../../src/contract/live.ts';
import { barAtBeat, dueNotes } from '../../../src/renderer/live/bar-line.ts';
import { BeatClock } from '../../../src/renderer/live/beat-clock.ts';
import {
  askedOfBars,
  type LiveBars,
  lastBars,
  pageStart,
  pieceOfBars,
  SHOWN_BARS,
  withBar,
} from '../../../src/renderer/live/live-bars.ts';

const glad = { valence: 0.5, arousal: 0.5 };
const sad = { valence: -0.5, arousal: -0.5 };
const live = (index: number, bpm = 100, emotion = glad): LiveBar => ({
  index,
  emotion,
  bar: {
    beats: 4,
    notes: [0, 6].map((step) => ({ step, pitch: 60 + index, duration: 4, velocity: 80 })),
    tempos: [{ beat: 0, bpm }],
    chords: [{ beat: 0, chord: { root: index % 2, quality: 'maj' } }],
  },
});
const all = (count: number): LiveBars =>
  Array.from({ length: count }, (_, i) => live(i)).reduce<LiveBars>(withBar, new Map());

describe('bars of live music', () => {
  test('are kept up to a number, and replaced when they are written anew', () => {
    const bars = withBar(all(100), live(99, 90));
    expect([bars.size, Math.min(...bars.keys()), bars.get(99)!.bar.tempos[0].bpm]).toEqual([64, 36, 90]);
  });

  test('are shown by the page: what sounds is always on it, with what comes', () => {
    for (let bar = 0; bar < 60; bar++) {
      const first = pageStart(bar);
      expect(bar - first).toBeGreaterThanOrEqual(0);
      expect(bar + 2).toBeLessThan(first + SHOWN_BARS);
    }
    expect([0, 7, 8, 15, 16].map(pageStart)).toEqual([0, 0, 6, 6, 14]);
  });

  test('make a piece: on its own axis, changes told once, gaps left empty', () => {
    const bars = new Map([live(5), live(6), live(8, 80)].map((bar) => [bar.index, bar]));
    const piece = pieceOfBars(bars, { from: 5, count: 4, key: { tonic: 0, mode: 'major' }, beatsPerBar: 4 });
    expect(piece.barBeats).toEqual([4, 4, 4, 4]);
    expect(piece.notes.map(({ step, pitch }) => [step, pitch])).toEqual([
      [0, 65], [6, 65], [16, 66], [22, 66], [48, 68], [54, 68],
    ]); // biome-ignore format: a table
    expect(piece.tempos).toEqual([{ beat: 0, bpm: 100 }, { beat: 12, bpm: 80 }]); // biome-ignore format: short
    expect(piece.chords.map(({ beat, chord }) => [beat, chord !== null])).toEqual([[0, true], [4, true], [8, false], [12, true]]); // biome-ignore format: short
  });

  test('a pedal that is down at a bar that is not written yet is shown up to there', () => {
    const held = live(0);
    const bars = new Map([[0, { ...held, bar: { ...held.bar, pedal: [{ beat: 1, down: true }] } }]]);
    const { pedal } = pieceOfBars(bars, {
      from: 0,
      count: 3,
      key: { tonic: 0, mode: 'major' },
      beatsPerBar: 4,
    });
    expect(pedal).toEqual([{ startStep: 4, endStep: held.bar.beats * 4 }]);
  });

  test('a piece that begins with a gap has a tempo all the same', () => {
    const piece = pieceOfBars(all(3), {
      from: 2,
      count: 3,
      key: { tonic: 0, mode: 'major' },
      beatsPerBar: 3,
    });
    expect([piece.barBeats, piece.tempos]).toEqual([[4, 3, 3], [{ beat: 0, bpm: 100 }]]);
  });

  test('the last ones are kept as far as they are in a row', () => {
    expect(lastBars(all(20), 12, 8)).toEqual({ from: 5, count: 8 });
    expect(lastBars(all(20), 2, 8)).toEqual({ from: 0, count: 3 });
    expect(lastBars(all(100), 40, 32)).toEqual({ from: 36, count: 5 });
    expect(lastBars(new Map(), 4, 8)).toEqual({ from: 5, count: 0 });
  });

  test('tell what was asked of them, and what is asked now of those to come', () => {
    expect(askedOfBars(all(2), 1, 3, sad)).toEqual([glad, sad, sad]);
  });
});

describe('the line of bars', () => {
  const bars = all(3);
  const barOf = (index: number) => bars.get(index)?.bar;

  test('goes on with the next bar, and with the last one again where there is none', () => {
    expect(barAtBeat({ index: 1, start: 4 }, 7.9, barOf)).toEqual({ index: 1, start: 4 });
    expect(barAtBeat({ index: 1, start: 4 }, 8, barOf)).toEqual({ index: 2, start: 8 });
    expect(barAtBeat({ index: 1, start: 4 }, 13, barOf)).toEqual({ index: 2, start: 12 });
  });

  test('gives each note once, over bar lines', () => {
    const beats: number[] = [];
    for (let from = 4; from < 16; from += 0.3)
      for (const { beat } of dueNotes({ index: 1, start: 4 }, barOf, from, Math.min(16, from + 0.3)))
        beats.push(beat);
    expect(beats).toEqual([4, 5.5, 8, 9.5, 12, 13.5]);
  });
});

describe('the clock between positions', () => {
  /** Positions of a steady player at 90 bpm, heard after delays of up to 25 ms, some after 120. */
  function errors(drift = 0): number[] {
    const clock = new BeatClock();
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const off: number[] = [];
    for (let i = 0; i < 600; i++) {
      const time = i * 0.1;
      const beat = (time * 90 * (1 + drift)) / 60;
      clock.hear(beat, 90, time + 0.002 + 0.023 * random() + (i % 40 === 20 ? 0.12 : 0));
      if (i > 30) off.push(((clock.beatAt(time + 0.05) - ((time + 0.05) * 90 * (1 + drift)) / 60) * 60) / 90);
    }
    return off;
  }

  test('stays within 20 ms of the player, though messages are late', () => {
    expect(Math.max(...errors().map(Math.abs))).toBeLessThan(0.02);
  });

  test('does not run away where the two clocks differ', () => {
    expect(Math.max(...errors(3e-4).map(Math.abs))).toBeLessThan(0.025);
  });

  test('jumps where the player does, and says so', () => {
    const clock = new BeatClock();
    expect(clock.hear(0, 120, 10)).toBe(false);
    expect(clock.hear(0.2, 120, 10.1)).toBe(true);
    expect(clock.hear(16, 60, 10.2)).toBe(false);
    expect(clock.beatAt(11.2)).toBeCloseTo(17, 6);
    expect(clock.timeOf(18)).toBeCloseTo(12.2, 6);
    clock.stop();
    expect(clock.running).toBe(false);
  });
});
