import { expect, test } from 'vitest';
import { ClockFollower } from '../../../../src/services/midi/clock/clock-follower.ts';
import { DawTransport } from '../../../../src/services/midi/clock/daw-transport.ts';
import { InputClock } from '../../../../src/services/midi/clock/input-clock.ts';
import { songPosition } from '../../../../src/services/midi/message.ts';
import { randomFrom } from '../helpers.ts';

/** What the player commits ahead, ms: predictions are judged as they are used. */
const AHEAD = 30;

/** Worst error, ms, of predicted beats `from`.. of a clock with uniform jitter; `bpmOf` gives the tempo at a beat. */
function worstError(
  bpmOf: (beat: number) => number,
  jitter: number,
  beats: number,
  from: number,
  seed: number,
): number {
  const random = randomFrom(seed);
  const follower = new ClockFollower();
  const ideal: number[] = [];
  for (let tick = 0, time = 1000; tick < beats * 24; tick++) {
    ideal.push(time);
    time += 60_000 / bpmOf(tick / 24) / 24;
  }
  const arrivals = ideal.map((time) => time + (2 * random() - 1) * jitter).sort((a, b) => a - b);
  let next = 0;
  let worst = 0;
  for (let beat = from; beat < beats; beat++) {
    while (next < arrivals.length && arrivals[next] <= ideal[beat * 24] - AHEAD)
      follower.arrive(arrivals[next++]);
    worst = Math.max(worst, Math.abs(follower.timeOf(beat * 24) - ideal[beat * 24]));
  }
  return worst;
}

test.each([60, 90, 120, 160, 200])('follows %i bpm with ±3 ms jitter within ±2 ms after two bars', (bpm) => {
  for (let seed = 1; seed <= 10; seed++) expect(worstError(() => bpm, 3, 40, 8, seed * 7919)).toBeLessThan(2);
});

test.each([
  [60, 80],
  [100, 120],
  [120, 140],
  [140, 120],
  [180, 200],
])('follows a jump from %i to %i bpm within two beats', (before, after) => {
  for (let seed = 1; seed <= 10; seed++) {
    const error = worstError((beat) => (beat < 16 ? before : after), 3, 32, 18, seed * 104_729);
    // The first beats after a jump rest on few ticks; two bars later ±2 ms hold again.
    expect(error).toBeLessThan(2.5);
  }
});

test('survives ±5 ms jitter, 20 bpm and 400 bpm', () => {
  expect(worstError(() => 120, 5, 60, 8, 3)).toBeLessThan(3);
  expect(worstError(() => 20, 5, 20, 8, 3)).toBeLessThan(3);
  // At 400 bpm ticks come every 6 ms, so jitter of ±2 ms is as much as a clock can have.
  expect(worstError(() => 400, 2, 100, 8, 3)).toBeLessThan(2);
});

test('a straggler or a burst does not move the beat', () => {
  const follower = new ClockFollower();
  for (let tick = 0; tick < 96; tick++) follower.arrive(tick * 20 + (tick === 90 ? 25 : 0));
  expect(Math.abs(follower.timeOf(120) - 2400)).toBeLessThan(2);
});

function tick(daw: DawTransport, from: number, count: number, interval: number) {
  return Array.from({ length: count }, (_, i) => daw.receive([0xf8], from + i * interval)).flat();
}

test('after Start the song runs with the next clock', () => {
  const daw = new DawTransport();
  expect(daw.receive([0xfa], 100)).toEqual([]);
  expect(daw.running).toBe(false);
  expect(daw.receive([0xf8], 150)).toEqual([{ kind: 'run', beat: 0 }]);
  tick(daw, 170.833, 47, 20.8333);
  expect(daw.beatAt(150 + 1000)).toBeCloseTo(2, 2);
  expect(daw.timeOf(4)).toBeCloseTo(2150, 0);
});

test('Song Position, Continue, Stop', () => {
  const daw = new DawTransport();
  daw.receive(songPosition(32), 0);
  expect(daw.beatAt(10)).toBe(8);
  daw.receive([0xfb], 20);
  expect(daw.receive([0xf8], 30)).toEqual([{ kind: 'run', beat: 8 }]);
  tick(daw, 50, 23, 20);
  expect(daw.receive([0xfc], 500)).toEqual([{ kind: 'stop' }]);
  expect(daw.beatAt(999)).toBeCloseTo(8 + 23.5 / 24, 1);
  // Continue without a new position goes on where it stopped.
  daw.receive([0xfb], 1000);
  const [run] = daw.receive([0xf8], 1010);
  expect(run).toMatchObject({ kind: 'run' });
  expect((run as { beat: number }).beat).toBeCloseTo(9, 1);
});

test('Song Position while playing is a jump at the next clock', () => {
  const daw = new DawTransport();
  daw.receive([0xfa], 0);
  tick(daw, 0, 48, 20);
  expect(daw.receive(songPosition(64), 950)).toEqual([]);
  expect(daw.receive([0xf8], 960)).toEqual([{ kind: 'jump', beat: 16 }]);
  tick(daw, 980, 23, 20);
  expect(daw.beatAt(960 + 480)).toBeCloseTo(17, 1);
});

test('a clock that falls silent is lost, goes on by itself, and comes back at the nearest tick', () => {
  const daw = new DawTransport();
  daw.receive([0xfa], 0);
  tick(daw, 0, 96, 20);
  expect(daw.check(2000)).toEqual([]);
  expect(daw.check(2400)).toEqual([{ kind: 'clock-lost' }]);
  expect(daw.clock).toBe('lost');
  expect(daw.beatAt(4800)).toBeCloseTo(10, 1);
  expect(daw.receive([0xf8], 4803)).toEqual([{ kind: 'clock-back' }]);
  tick(daw, 4820, 40, 20);
  expect(daw.beatAt(4800 + 480)).toBeCloseTo(11, 1);
});

test('a new tempo after a stop is found though the old one was known', () => {
  const daw = new DawTransport();
  daw.receive([0xfa], 0);
  tick(daw, 0, 96, 20);
  daw.receive([0xfc], 1920);
  daw.receive([0xfa], 1930);
  tick(daw, 1940, 30, 12);
  expect(daw.bpmAt()).toBeCloseTo(60_000 / (24 * 12), 0);
});

test("the driver's time stamps repair what a busy event loop delayed", () => {
  const clock = new InputClock();
  const random = randomFrom(9);
  let seen = 0;
  const errors: number[] = [];
  for (let i = 0; i < 200; i++) {
    const arrival = 1000 + i * 20;
    seen = Math.max(seen, arrival + 0.1 + (random() < 0.3 ? random() * 15 : 0));
    const stamp = clock.stamp(i === 0 ? 0 : 0.02, seen);
    if (i > 32) errors.push(Math.abs(stamp - arrival - 0.1));
  }
  expect(Math.max(...errors)).toBeLessThan(0.001);
  expect(clock.stamp(undefined, 99_999)).toBe(99_999);
});
