import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FrameQueue } from '../../../src/renderer/shared/frame-queue.ts';

const FRAME_MS = 16;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('requestAnimationFrame', (act: () => void) => setTimeout(act, FRAME_MS));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('one job a frame, each once, in the order in which they were asked for', () => {
  const queue = new FrameQueue();
  const did: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => () => did.push(name));
  for (const job of [a, b, a, c]) queue.soon(job);
  expect(did).toEqual([]);
  vi.advanceTimersByTime(FRAME_MS);
  expect(did).toEqual(['a']);
  queue.drop(b);
  vi.advanceTimersByTime(5 * FRAME_MS);
  expect(did).toEqual(['a', 'c']);
});

test('work at rest waits until nothing has been asked for a moment', () => {
  const queue = new FrameQueue();
  const did: string[] = [];
  const job = () => did.push('rest');
  for (let i = 0; i < 10; i++) {
    queue.atRest(job);
    vi.advanceTimersByTime(100);
  }
  expect(did).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(did).toEqual(['rest']);
});
