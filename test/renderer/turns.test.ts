import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Turns } from '../../src/renderer/shared/turns.ts';

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
  const turns = new Turns();
  const did: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => () => did.push(name));
  for (const job of [a, b, a, c]) turns.soon(job);
  expect(did).toEqual([]);
  vi.advanceTimersByTime(FRAME_MS);
  expect(did).toEqual(['a']);
  turns.drop(b);
  vi.advanceTimersByTime(5 * FRAME_MS);
  expect(did).toEqual(['a', 'c']);
});

test('work at rest waits until nothing has been asked for a moment', () => {
  const turns = new Turns();
  const did: string[] = [];
  const job = () => did.push('rest');
  for (let i = 0; i < 10; i++) {
    turns.atRest(job);
    vi.advanceTimersByTime(100);
  }
  expect(did).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(did).toEqual(['rest']);
});
