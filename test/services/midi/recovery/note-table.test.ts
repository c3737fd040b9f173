import { expect, test } from 'vitest';
import { controller, type Message, noteOff, noteOn } from '../../../../src/services/midi/message.ts';
import { NoteTable } from '../../../../src/services/midi/recovery/note-table.ts';
import {
  PanicButton,
  paced,
  panicControllers,
  panicNoteOffs,
} from '../../../../src/services/midi/recovery/panic.ts';
import { PendingNoteOffs } from '../../../../src/services/midi/recovery/pending-note-offs.ts';
import type { PendingEnd } from '../../../../src/services/midi/recovery/unended.ts';
import { HandSink } from '../helpers.ts';

/** Sends a message through the table as the sender does; the port takes all but those of these kinds (upper four bits). */
function send(
  table: NoteTable,
  message: Message,
  note?: number,
  refused: readonly number[] = [],
): readonly Message[] {
  const needed = table.needed(message, note);
  for (const one of needed) if (!refused.includes(one[0] >> 4)) table.sent(one, note);
  return needed;
}

test('a note struck again is ended first, and its stale note-off is dropped', () => {
  const table = new NoteTable();
  expect(send(table, noteOn(0, 60, 80), 1)).toEqual([noteOn(0, 60, 80)]);
  expect(send(table, noteOn(0, 60, 90), 2)).toEqual([noteOff(0, 60), noteOn(0, 60, 90)]);
  expect(send(table, noteOff(0, 60), 1)).toEqual([]);
  expect(table.count).toBe(1);
  expect(send(table, noteOff(0, 60), 2)).toEqual([noteOff(0, 60)]);
  expect(table.silent).toBe(true);
});

test('endings: notes one by one, then pedals, then All Notes Off on the channels used', () => {
  const table = new NoteTable();
  send(table, noteOn(2, 60, 80));
  send(table, noteOn(5, 61, 80));
  send(table, controller(2, 64, 127));
  expect(table.pedals()).toEqual([2]);
  const endings = table.endings();
  expect(endings).toEqual([
    noteOff(2, 60), noteOff(5, 61), controller(2, 64, 0), controller(5, 64, 0), controller(2, 123, 0), controller(5, 123, 0),
  ]); // biome-ignore format: in order
  for (const message of endings) table.sent(message);
  expect(table.silent).toBe(true);
  expect(table.endings()).toEqual([]);
});

test('a pitch wheel that is out of its middle is set back', () => {
  const table = new NoteTable();
  send(table, [0xe3, 0, 96]);
  send(table, [0xe4, 1, 64]);
  send(table, [0xe4, 0, 64]);
  expect(table.endings()).toEqual([[0xe3, 0, 64]]);
  for (const message of table.endings()) table.sent(message);
  expect(table.endings()).toEqual([]);
});

test('what a port refused is not taken as sent', () => {
  const table = new NoteTable();
  send(table, noteOn(0, 60, 80), 1, [9]);
  expect(table.count).toBe(0);
  send(table, noteOn(0, 62, 80), 2);
  send(table, noteOff(0, 62), 2, [8]);
  expect(table.sounding()).toEqual([{ channel: 0, pitch: 62 }]);
  // Struck again on the port that is gone: both messages are refused, and the first note still sounds there.
  send(table, noteOn(0, 62, 80), 3, [8, 9]);
  // Nor does All Notes Off end anything for sure, taken or not.
  send(table, controller(0, 123, 0));
  expect(table.endings()).toEqual([noteOff(0, 62)]);
  send(table, controller(0, 64, 127));
  send(table, controller(0, 64, 0), undefined, [11]);
  expect(table.pedals()).toEqual([0]);
});

test('what was ended since the port was last seen is doubted when it is found gone', () => {
  const table = new NoteTable();
  for (const pitch of [60, 61, 62]) send(table, noteOn(0, pitch, 80));
  send(table, controller(0, 64, 127));
  send(table, noteOff(0, 60));
  table.confirm();
  send(table, noteOff(0, 61));
  send(table, controller(0, 64, 0));
  expect(table.unended).toEqual({ sounding: [{ channel: 0, pitch: 62 }], pedals: [] });
  table.doubt();
  expect(table.sounding().map(({ pitch }) => pitch)).toEqual([62, 61]);
  expect(table.pedals()).toEqual([0]);
});

test('ends are owed to several ports, each note once, and paid only when the port took them', () => {
  const lists: (readonly PendingEnd[])[] = [];
  const pending = new PendingNoteOffs(
    [{ port: 'A', sounding: [{ channel: 0, pitch: 60 }], pedals: [] }],
    (list) => lists.push(list),
  );
  pending.add('B', { sounding: [], pedals: [] });
  expect(pending.ports).toEqual(['A']);
  pending.add('A', {
    sounding: [
      { channel: 0, pitch: 60 },
      { channel: 0, pitch: 61 },
    ],
    pedals: [0],
  });
  pending.add('B', { sounding: [], pedals: [3] });
  expect(() =>
    pending.settle('A', () => {
      throw new Error('gone');
    }),
  ).toThrow('gone');
  expect(lists.at(-1)).toHaveLength(2);
  const paid: Message[] = [];
  pending.settle('A', (messages) => paid.push(...messages));
  expect(paid).toEqual([noteOff(0, 60), noteOff(0, 61), controller(0, 64, 0), controller(0, 123, 0)]);
  expect(lists.at(-1)).toEqual([{ port: 'B', sounding: [], pedals: [3] }]);
});

test('panic: two presses within three seconds mean force', () => {
  const button = new PanicButton();
  const sink = new HandSink();
  sink.push({ due: 1, message: noteOn(0, 60, 80) });
  expect([0, 2900, 10_000, 14_000].map((now) => button.press(sink, now))).toEqual([1, 2, 1, 1]);
  // The note that waited is gone, and so are the paced note-offs once a later press came.
  expect(sink.queue.size).toBe(0);
  expect(sink.sent).toHaveLength(4 * 64);
  expect(panicControllers()).toHaveLength(64);
  expect(
    panicControllers()
      .slice(0, 4)
      .map((message) => message[1]),
  ).toEqual([64, 120, 123, 121]);
  const forced = paced(panicNoteOffs(), 100);
  expect(forced).toHaveLength(2048);
  expect(new Set(forced.map(({ message }) => message.join())).size).toBe(2048);
  expect(forced.at(-1)!.due - forced[0].due).toBe(2047);
});
