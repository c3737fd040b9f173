import { expect, test } from 'vitest';
import { controller, noteOff, noteOn } from '../../../../src/services/midi/message.ts';
import { EchoDetector } from '../../../../src/services/midi/ports/echo.ts';
import { ControlMap } from '../../../../src/services/midi/ports/learn.ts';
import { InputParser } from '../../../../src/services/midi/ports/parse-input.ts';
import { randomFrom } from '../helpers.ts';

test('reads running status, interleaved real-time bytes, and messages over several packets', () => {
  const parser = new InputParser();
  expect(parser.feed([0x90, 60, 100, 62, 101])).toEqual([[0x90, 60, 100], [0x90, 62, 101]]); // biome-ignore format: short
  expect(parser.feed([64, 0xf8])).toEqual([[0xf8]]);
  expect(parser.feed([102])).toEqual([[0x90, 64, 102]]);
  expect(parser.feed([0xc3, 5, 0xf2, 1])).toEqual([[0xc3, 5]]);
  expect(parser.feed([2])).toEqual([[0xf2, 1, 2]]);
  expect(parser.ignored).toBe(0);
});

test('passes over sysex, keeping the clock inside it, and over nonsense', () => {
  const parser = new InputParser();
  expect(parser.feed([0xf0, 1, 2, 0xf8, 3])).toEqual([[0xf8]]);
  expect(parser.feed([4, 5, 0xf7, 0xb0, 7, 9])).toEqual([[0xb0, 7, 9]]);
  expect(parser.ignored).toBe(0);
  // Data after a system message has no running status.
  expect(parser.feed([0xf3, 1, 9, 9])).toEqual([[0xf3, 1]]);
  expect(parser.ignored).toBe(2);
});

test('random bytes never give a broken message', () => {
  const random = randomFrom(3);
  const parser = new InputParser();
  for (let i = 0; i < 2000; i++) {
    const bytes = Array.from({ length: 5 }, () => Math.floor(random() * 256));
    for (const message of parser.feed(bytes)) {
      expect(message[0]).toBeGreaterThanOrEqual(0x80);
      expect(message.slice(1).every((byte) => byte < 0x80)).toBe(true);
    }
  }
});

test('learns a controller, then moves its target', () => {
  const map = new ControlMap();
  expect(map.receive(controller(3, 20, 64))).toBeNull();
  map.learning = 'valence';
  expect(map.receive(noteOff(0, 60))).toBeNull();
  expect(map.receive(controller(3, 20, 64))).toEqual({
    learnt: { target: 'valence', channel: 4, controller: 20 },
  });
  expect(map.learning).toBeNull();
  expect(map.receive(controller(3, 20, 64))).toEqual({ move: { target: 'valence', value: 0 } });
  expect(map.receive(controller(3, 20, 127))).toEqual({ move: { target: 'valence', value: 1 } });
  expect(map.receive(controller(3, 20, 0))).toEqual({ move: { target: 'valence', value: -1 } });
  expect(map.receive(controller(4, 20, 0))).toBeNull();
});

test('a controller belongs to one target, a target to one controller', () => {
  const map = new ControlMap();
  map.learning = 'valence';
  map.receive(controller(0, 20, 1));
  map.learning = 'arousal';
  map.receive(controller(0, 20, 1));
  expect(map.mappings).toEqual([{ target: 'arousal', channel: 1, controller: 20 }]);
  map.learning = 'arousal';
  map.receive(controller(0, 21, 1));
  expect(map.mappings).toEqual([{ target: 'arousal', channel: 1, controller: 21 }]);
  map.forget('arousal');
  expect(map.mappings).toEqual([]);
});

test('learns a pad: each strike is a press, and where it sets a value, that is how hard it was struck', () => {
  const map = new ControlMap();
  map.learning = 'generate';
  expect(map.receive(noteOn(9, 36, 100))).toEqual({ learnt: { target: 'generate', channel: 10, note: 36 } });
  map.receive(noteOff(9, 36));
  expect(map.receive(noteOn(9, 36, 1))).toEqual({ move: { target: 'generate', value: 1 } });
  expect(map.receive([0x99, 36, 0])).toBeNull();
  expect(map.receive(noteOn(9, 36, 90))).toEqual({ move: { target: 'generate', value: 1 } });
  // The key of another channel, and the controller of that number, are others.
  expect([map.receive(noteOn(0, 36, 90)), map.receive(controller(9, 36, 127))]).toEqual([null, null]);
  map.learning = 'intensity';
  map.receive(noteOn(9, 40, 1));
  expect(map.receive(noteOn(9, 40, 127))).toEqual({ move: { target: 'intensity', value: 1 } });
  expect(map.receive(noteOff(9, 40))).toBeNull();
  expect(map.mappings).toHaveLength(2);
});

test('MIDI Machine Control is told from other sysex', () => {
  const parser = new InputParser();
  const play = [0xf0, 0x7f, 0x7f, 0x06, 0x02, 0xf7];
  expect(parser.feed(play.slice(0, 3))).toEqual([]);
  expect(parser.feed(play.slice(3))).toEqual([play]);
  for (const other of [
    [0xf0, 0x7e, 0x7f, 0x06, 0x01, 0xf7],
    [0xf0, 0x7f, 0x7f, 0x06, 0x44, 0x06, 0x01, 0xf7],
    [0xf0, 0xf7],
  ])
    expect(parser.feed(other)).toEqual([]);
  // One that is broken off is none.
  expect(parser.feed([0xf0, 0x7f, 0x7f, 0x06, 0x02, 0x90, 60, 1])).toEqual([[0x90, 60, 1]]);
});

test('buttons act once a press', () => {
  const map = new ControlMap([{ target: 'panic', channel: 1, controller: 30 }]);
  const values = [127, 127, 0, 90].map((value) => map.receive(controller(0, 30, value)));
  expect(values.map(Boolean)).toEqual([true, false, false, true]);
});

test('knows its own messages when they come back, and warns once', () => {
  const echo = new EchoDetector();
  for (let i = 0; i < 6; i++) echo.sent(noteOn(0, 60 + i, 80), 100);
  expect(echo.isEcho(noteOn(0, 60, 81), 110)).toBe(false);
  expect([0, 1, 2].map((i) => echo.isEcho(noteOn(0, 60 + i, 80), 110))).toEqual([true, true, true]);
  expect(echo.shouldWarn(110)).toBe(false);
  expect(echo.isEcho(noteOn(0, 63, 80), 110)).toBe(true);
  expect([echo.shouldWarn(110), echo.shouldWarn(110)]).toEqual([true, false]);
  // A note played by hand later is no echo.
  expect(echo.isEcho(noteOn(0, 64, 80), 400)).toBe(false);
  expect(echo.count).toBe(4);
});
