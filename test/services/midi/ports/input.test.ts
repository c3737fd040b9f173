import { expect, test } from 'vitest';
import { controller, noteOn } from '../../../../src/services/midi/message.ts';
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
  expect(map.receive(noteOn(0, 60, 80))).toBeNull();
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
