import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Emotion } from '../../../src/contract/document.ts';
import { Hand } from '../../../src/renderer/emotion/hand.ts';

const at = (valence: number): Emotion => ({ valence, arousal: 0 });

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

test('what follows the hand sees every step, the song a few of them and the last one', () => {
  const hand = new Hand();
  const [seen, told]: [number[], number[]] = [[], []];
  hand.follow(({ valence }) => seen.push(valence));
  for (let step = 0; step < 60; step++) {
    hand.move(at(step), () => told.push(step));
    vi.advanceTimersByTime(16);
  }
  expect(seen).toHaveLength(60);
  expect(told.length).toBeGreaterThan(8);
  expect(told.length).toBeLessThan(16);
  hand.rest();
  expect(told[told.length - 1]).toBe(59);
});

test('a hand that stops is told without being let go, and nothing is told twice', () => {
  const hand = new Hand();
  const told: number[] = [];
  hand.move(at(1), () => told.push(1));
  vi.advanceTimersByTime(1);
  hand.move(at(2), () => told.push(2));
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(200);
  expect(told).toEqual([1, 2]);
  hand.rest();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1, 2]);
});

test('who stops following sees nothing more', () => {
  const hand = new Hand();
  const seen: Emotion[] = [];
  const stop = hand.follow((emotion) => seen.push(emotion));
  hand.move(at(1), () => {});
  stop();
  hand.move(at(2), () => {});
  expect(seen).toEqual([at(1)]);
});
