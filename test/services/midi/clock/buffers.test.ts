import { describe, expect, test } from 'vitest';
import { ClockFollower } from '../../../../src/services/midi/clock/clock-follower.ts';
import { byBuffer, idealTicks } from './masters.ts';

/** What the player commits ahead, ms: predictions are judged as they are used. */
const AHEAD = 30;
const BEATS = 20;
const PHASES = [0, 0.38, 0.71, 0.94];
/** After two bars. */
const SETTLED = 8;

interface Seen {
  /** Of the beats, ms, from where they belong: half a buffer early, as they arrive on the average. */
  worst: number;
  /** Share by which the tempo is wrong. */
  tempo: number;
}

function follow(bpm: number, bufferMs: number, phase: number, wholeMs: boolean): Seen {
  const ideal = idealTicks(BEATS, () => bpm);
  const arrivals = byBuffer(ideal, bufferMs, phase, wholeMs);
  const follower = new ClockFollower();
  const seen = { worst: 0, tempo: 0 };
  let next = 0;
  for (let beat = SETTLED; beat < BEATS; beat++) {
    const belongs = ideal[beat * 24] - bufferMs / 2;
    while (next < arrivals.length && arrivals[next] <= belongs - AHEAD) {
      follower.arrive(arrivals[next++]);
      if (next > SETTLED * 24) seen.tempo = Math.max(seen.tempo, Math.abs(follower.bpm! / bpm - 1));
    }
    seen.worst = Math.max(seen.worst, Math.abs(follower.timeOf(beat * 24) - belongs));
  }
  return seen;
}

describe.each([
  [2048, 44_100],
  [2048, 48_000],
  [1024, 44_100],
  [1024, 48_000],
  [512, 44_100],
  [512, 48_000],
])('a clock that comes in buffers of %i frames at %i Hz', (frames, rate) => {
  test.each([60, 90, 120, 140, 174, 200])('at %i bpm', (bpm) => {
    for (const phase of PHASES)
      for (const wholeMs of [false, true]) {
        const { worst, tempo } = follow(bpm, (1000 * frames) / rate, phase, wholeMs);
        expect(worst).toBeLessThan(12);
        expect(tempo).toBeLessThan(0.01);
      }
  });
});

test('no tempo is believed that cannot be', () => {
  for (const apart of [0, 0.01, 1, 200, 5000]) {
    const follower = new ClockFollower();
    for (let tick = 0; tick < 300; tick++) {
      follower.arrive(1000 + tick * apart);
      const bpm = follower.bpm ?? 120;
      expect(bpm).toBeGreaterThanOrEqual(20);
      expect(bpm).toBeLessThanOrEqual(400);
      // A second ahead is never more than a beat of the fastest tempo away for each of its beats.
      expect(follower.tickAt(1000 + tick * apart + 1000) - follower.tick).toBeLessThan(400 * 24);
    }
  }
});
