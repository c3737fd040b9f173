import { beforeEach, expect, test } from 'vitest';
import type { Bar } from '../../../../src/model/midi/bar.ts';
import {
  CONTINUE,
  type Message,
  START,
  STOP,
  songPosition,
  TICK,
} from '../../../../src/services/midi/message.ts';
import type { MidiSettings, Notice } from '../../../../src/services/midi/protocol.ts';
import { DEFAULT_SETTINGS } from '../../../../src/services/midi/settings.ts';
import { Arranger, barsOf } from '../../../../src/services/midi/transport/arranger.ts';
import { Player } from '../../../../src/services/midi/transport/player.ts';
import { Sequencer } from '../../../../src/services/midi/transport/sequencer.ts';
import { byBuffer, idealTicks, withJitter, withPause } from '../clock/masters.ts';
import { HandSink, hanging, note, randomFrom } from '../helpers.ts';

/** A player that hears a real master, message by message, and what it played. */
let sink: HandSink;
let player: Player;
let notices: Notice[];

/** Eighths of distinct pitches: the note on eighth n of the song has pitch 24 + n % 96. */
const EIGHTHS: Bar[] = Array.from({ length: 64 }, (_, bar) => ({
  beats: 4,
  notes: Array.from({ length: 8 }, (_, i) => note(i / 2, 24 + ((8 * bar + i) % 96), 0.4)),
}));

function build(change: Partial<MidiSettings> = {}): void {
  sink = new HandSink();
  notices = [];
  const settings = { ...DEFAULT_SETTINGS, sync: 'follow', tempo: 'daw', ...change } as const;
  player = new Player(sink, settings, {
    want: () => {},
    notice: (notice) => notices.push(notice),
    changed: () => {},
  });
  player.load({ id: 'a', name: 'a', bars: EIGHTHS }, 'start', 0);
  player.play(undefined, 0);
}

/** Gives the player these messages at their times, with a pump each 8 ms between them, until `end`. */
function hear(messages: readonly { time: number; message: Message }[], end: number): void {
  let next = 0;
  for (let now = 0; now <= end; now += 8) {
    while (next < messages.length && messages[next].time <= now) {
      const { time, message } = messages[next++];
      player.receive(message, time, now);
      player.pump(now);
    }
    player.pump(now);
    sink.run(now);
  }
}
const ticks = (times: readonly number[]) => times.map((time) => ({ time, message: TICK }));
/** Start just before the first tick. */
const started = (times: readonly number[]) => [{ time: times[0] - 5, message: START }, ...ticks(times)];
const played = () => sink.notes().map(({ pitch }) => pitch - 24);
const onsetErrors = (ideal: readonly number[]) =>
  sink.notes().map(({ time }, i) => time - (ideal[i * 12] ?? Number.NaN));

beforeEach(() => build());

test.each([120, 400])(
  'a pause of the master and all its ticks at once: no burst, none lost, none twice (%i bpm)',
  (bpm) => {
    const ideal = idealTicks(24, () => bpm);
    for (const pause of [200, 380, 600]) {
      build();
      const at = ideal[24 * 10] + 7;
      hear(started(withPause(ideal, at, pause)), ideal.at(-1)!);
      const errors = onsetErrors(ideal);
      expect(played()).toEqual(played().map((_, i) => i));
      expect(played().length).toBeGreaterThanOrEqual(46);
      // From the second beat on, when the tempo is known.
      expect(Math.min(...errors.slice(2))).toBeGreaterThan(-20);
      // Two ticks: after more than 400 ms of silence the nearest tick is taken.
      expect(Math.max(...errors.slice(2))).toBeLessThan(bpm === 120 ? 42 : 30);
      player.stop(ideal.at(-1)!);
      expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
    }
  },
);

test('a master that stands still and goes on later: what it had not reached yet waits, nothing comes in a burst', () => {
  const ideal = idealTicks(24, () => 120);
  const at = ideal[24 * 10];
  const late = ideal.map((time) => (time >= at ? time + 200 : time));
  hear(started(late), late.at(-1)!);
  expect(played()).toEqual(played().map((_, i) => i));
  const apart = sink
    .notes()
    .slice(3)
    .map(({ time }, i, all) => (i === 0 ? 250 : time - all[i - 1].time));
  expect(Math.min(...apart)).toBeGreaterThan(100);
});

test.each([2048, 1024, 512])(
  'a clock in buffers of %i frames plays every note once, in even time',
  (frames) => {
    const ideal = idealTicks(24, () => 120);
    const buffer = (1000 * frames) / 44_100;
    hear(started(byBuffer(ideal, buffer, 0.3, true)), ideal.at(-1)!);
    expect(played()).toEqual(played().map((_, i) => i));
    const settled = onsetErrors(ideal)
      .slice(16)
      .map((error) => error + buffer / 2);
    expect(Math.max(...settled.map(Math.abs))).toBeLessThan(12);
  },
);

test('a change of tempo is followed without a burst, and never more than 50 ms early', () => {
  // As midish changes it, on the beat; its timer is good to a few ms.
  const bpmOf = (beat: number) => (beat < 16 ? 120 : beat < 32 ? 150 : 90);
  const ideal = idealTicks(48, bpmOf);
  hear(started(withJitter(ideal, 3, randomFrom(11))), ideal.at(-1)!);
  const errors = onsetErrors(ideal);
  expect(played()).toEqual(played().map((_, i) => i));
  expect(Math.min(...errors.slice(2))).toBeGreaterThan(-50);
  for (const from of [4, 20, 36]) {
    const steady = errors.slice(2 * from, 2 * (from + 12) - 1);
    expect(Math.max(...steady.map((error) => Math.abs(error - 1.5)))).toBeLessThan(5);
  }
});

test('Continue and Song Position while ticks are held back do not run ahead of the master', () => {
  const ideal = idealTicks(40, () => 120);
  const at = ideal[24 * 10] + 7;
  const held = withPause(ideal, at, 200);
  // Stop and Continue among the ticks that were held back: the song is where its ticks were counted.
  const messages = started(held);
  const among = messages.findIndex(({ time }) => time === at + 200) + 6;
  const time = at + 200;
  messages.splice(among, 0, { time, message: STOP }, { time, message: CONTINUE });
  hear(messages, ideal[24 * 20]);
  const heard = played();
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  expect(Math.abs(player.position(ideal[24 * 20]).beat - 20)).toBeLessThan(0.1);

  build();
  const jump = started(held);
  const where = jump.findIndex(({ time }) => time === at + 200) + 6;
  // To bar 9, which the tick after next is the first of.
  jump.splice(where, 0, { time, message: songPosition(128) });
  hear(jump, ideal[24 * 20]);
  const ticksBefore = where - 1;
  const wanted = 32 + (24 * 20 - ticksBefore) / 24;
  expect(Math.abs(player.position(ideal[24 * 20]).beat - wanted)).toBeLessThan(0.1);
});

test('a master that sends no clock while it stands raises no warning, whenever it stops', () => {
  const ideal = idealTicks(8, () => 120);
  const again = idealTicks(8, () => 120, 10_000);
  hear([...started(ideal), { time: ideal.at(-1)! + 3, message: STOP }, ...started(again)], again.at(-1)!);
  expect(notices.map(({ code }) => code)).toEqual([]);
  expect(played().length).toBeGreaterThan(28);
  expect(player.daw.clock).toBe('arriving');
});

test('a clock that falls silent while the song runs is told, and so is its return', () => {
  const ideal = idealTicks(24, () => 120);
  const gap = ideal.filter((time) => time < ideal[24 * 8] || time > ideal[24 * 8] + 2000);
  hear(started(gap), ideal.at(-1)!);
  expect(notices.map(({ code }) => code)).toEqual(['clock-lost', 'clock-back']);
  // It went on by itself at the last tempo, and the ticks that were missed are not counted twice.
  expect(played()).toEqual(played().map((_, i) => i));
  expect(Math.abs(onsetErrors(ideal).at(-1)!)).toBeLessThan(12);
});

test('the sequencer never loops without end, however far it is told to go', () => {
  for (const until of [Number.POSITIVE_INFINITY, 1e12]) {
    const arranger = new Arranger();
    arranger.use(barsOf({ id: 'a', name: 'a', bars: EIGHTHS.slice(0, 2) }), 'start', false);
    arranger.loop = { startBar: 0, bars: 2 };
    const sequencer = new Sequencer(arranger, DEFAULT_SETTINGS.routing, () => {});
    sequencer.start(0, 0);
    const events = sequencer.advance(until);
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThan(1000);
  }
});
