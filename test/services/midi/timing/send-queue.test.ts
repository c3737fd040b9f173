import { expect, test } from 'vitest';
import {
  controller,
  noteOff,
  noteOn,
  rank,
  songPosition,
  TICK,
} from '../../../../src/services/midi/message.ts';
import { SendQueue } from '../../../../src/services/midi/timing/send-queue.ts';
import { randomFrom } from '../helpers.ts';

test('the queue gives messages by time, at the same time note-off, pedal, controllers, note-on', () => {
  const queue = new SendQueue();
  const wanted = [TICK, noteOff(0, 60), controller(0, 64, 127), controller(0, 1, 5), noteOn(0, 60, 80)];
  for (const message of [...wanted].reverse()) queue.push({ due: 10, message });
  queue.push({ due: 5, message: noteOn(0, 1, 1) });
  expect(queue.pop(4.999)).toBeNull();
  expect(queue.pop(5)?.message).toEqual(noteOn(0, 1, 1));
  expect(queue.pop(9)).toBeNull();
  expect(wanted.map(() => queue.pop(10)?.message)).toEqual(wanted);
  expect(queue.nextDue).toBe(Number.POSITIVE_INFINITY);
});

test('a thousand random messages come out sorted, equals in the order they came', () => {
  const random = randomFrom(5);
  const queue = new SendQueue();
  const pushed = Array.from({ length: 1000 }, (_, i) => ({
    due: Math.floor(random() * 50),
    message: random() < 0.5 ? noteOn(i % 16, i >> 4, 80) : noteOff(i % 16, i >> 4),
  }));
  for (const timed of pushed) queue.push(timed);
  const wanted = pushed
    .map((timed, order) => ({ ...timed, order }))
    .sort((a, b) => a.due - b.due || rank(a.message) - rank(b.message) || a.order - b.order);
  for (const { due, message } of wanted) {
    const popped = queue.pop(1000)!;
    expect([popped.due, popped.message]).toEqual([due, message]);
  }
  expect(queue.size).toBe(0);
});

test('Song Position counts sixteenths in 14 bits', () => {
  expect(songPosition(0)).toEqual([0xf2, 0, 0]);
  expect(songPosition(130)).toEqual([0xf2, 2, 1]);
  expect(songPosition(99_999)).toEqual([0xf2, 127, 127]);
});
