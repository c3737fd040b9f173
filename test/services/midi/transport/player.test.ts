import { beforeEach, describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/model/midi/bar.ts';
import { controller, START, STOP, songPosition, TICK } from '../../../../src/services/midi/message.ts';
import type { BarRequest, MidiSettings, Notice } from '../../../../src/services/midi/protocol.ts';
import { DEFAULT_SETTINGS } from '../../../../src/services/midi/settings.ts';
import { Player } from '../../../../src/services/midi/transport/player.ts';
import { HandSink, hanging, note, plainBar, plainTake } from '../helpers.ts';

let sink: HandSink;
let player: Player;
let notices: Notice[];
let wants: { id: number; request: BarRequest }[];
let now: number;

function build(change: Partial<MidiSettings> = {}): void {
  sink = new HandSink();
  notices = [];
  wants = [];
  now = 0;
  player = new Player(
    sink,
    { ...DEFAULT_SETTINGS, tempo: 'daw', ...change },
    {
      want: (id, request) => wants.push({ id, request }),
      notice: (notice) => notices.push(notice),
      changed: () => {},
    },
  );
}

/** Moves the clock by hand, a pump each 8 ms; `meanwhile` runs after each pump. */
function run(until: number, meanwhile: () => void = () => {}): void {
  while (now < until) {
    now = Math.min(until, now + 8);
    player.pump(now);
    meanwhile();
    sink.run(now);
  }
}
const pitches = () => sink.notes().map(({ pitch }) => pitch);
const codes = () => notices.map(({ code }) => code);

beforeEach(() => build());

describe('a take', () => {
  test('is played in time, ends by itself, and leaves nothing sounding', () => {
    player.load(plainTake('a', [60, 70]), 'start', 0);
    player.play(undefined, 0);
    run(5000);
    const times = sink.notes();
    expect(times.map(({ pitch }) => pitch)).toEqual([60, 61, 62, 63, 70, 71, 72, 73]);
    // 120 bpm, started 5 ms after play.
    times.forEach(({ time }, i) => {
      expect(time).toBeCloseTo(5 + 500 * i, 6);
    });
    expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
    expect(player.transport).toBe('stopped');
    expect(codes()).toContain('take-ended');
  });

  test('keeps its own tempo changes when the piece leads', () => {
    build({ tempo: 'piece' });
    const slower = plainBar(70, { tempos: [{ beat: 2, bpm: 60 }] });
    player.load(
      { id: 'a', name: 'a', bars: [plainBar(60, { tempos: [{ beat: 0, bpm: 240 }] }), slower] },
      'start',
      0,
    );
    player.play(undefined, 0);
    run(6000);
    const times = sink.notes().map(({ time }) => Math.round(time - 5));
    expect(times).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 2500]);
  });

  test('stop ends notes and pedal at once, and play goes on from there', () => {
    const bar: Bar = { beats: 4, notes: [note(0, 48, 4), note(2, 72, 2)], pedal: [{ beat: 0, down: true }] };
    player.load({ id: 'a', name: 'a', bars: [bar, plainBar(60)] }, 'start', 0);
    player.play(undefined, 0);
    run(1300);
    expect(sink.table.silent).toBe(false);
    player.stop(now);
    expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
    expect(sink.sent.map(({ message }) => message).slice(-4)).toEqual([
      [0x80, 48, 64],
      [0x80, 72, 64],
      controller(0, 64, 0),
      controller(0, 123, 0),
    ]);
    run(2000);
    player.play(undefined, now);
    run(now + 1000);
    expect(pitches()).toEqual([48, 72, 60]);
  });

  test('seek moves into a bar, with the pedal as it stands there', () => {
    const pedalled = plainBar(70, { pedal: [{ beat: 0.5, down: true }, { beat: 3.5, down: false }] }); // biome-ignore format: short
    player.load({ id: 'a', name: 'a', bars: [plainBar(60), pedalled] }, 'start', 0);
    player.play(undefined, 0);
    run(700);
    player.seek(6, now);
    run(now + 700);
    expect(pitches()).toEqual([60, 61, 72, 73]);
    expect(sink.table.pedals()).toEqual([0]);
    expect(() => player.seek(-1, now)).toThrow(/beat -1/);
  });

  test('a loop returns without a gap and cuts what rings over its end', () => {
    const ringing: Bar = { beats: 4, notes: [note(0, 60), note(3, 40, 3)] };
    player.load({ id: 'a', name: 'a', bars: [plainBar(50), ringing, plainBar(80)] }, 'start', 0);
    player.loop({ startBar: 0, bars: 2 });
    player.play(undefined, 0);
    run(9000);
    const notes = sink.notes();
    expect(notes.map(({ pitch }) => pitch).slice(0, 12)).toEqual([
      50, 51, 52, 53, 60, 40, 50, 51, 52, 53, 60, 40,
    ]);
    expect(notes[6].time).toBeCloseTo(4005, 6);
    const off = sink.sent.find(({ message }) => message[0] === 0x80 && message[1] === 40)!;
    expect(off.time).toBeCloseTo(4005, 6);
    player.loop(null);
    run(15_000);
    expect(pitches().slice(-4)).toEqual([80, 81, 82, 83]);
  });

  test('a new take takes over at the bar line, from its start or from the same bar', () => {
    player.load(plainTake('a', [40, 50, 60]), 'start', 0);
    player.play(undefined, 0);
    run(600);
    player.load(plainTake('b', [70, 80, 90]), 'same-bar', now);
    expect([player.program.takeId, player.program.nextTakeId]).toEqual(['a', 'b']);
    run(2600);
    expect([player.program.takeId, player.program.nextTakeId]).toEqual(['b', null]);
    player.load(plainTake('c', [30]), 'start', now);
    run(7000);
    expect(pitches()).toEqual([40, 41, 42, 43, 80, 81, 82, 83, 30, 31, 32, 33]);
    expect(sink.notes()[4].time).toBeCloseTo(2005, 6);
  });

  test('goes on where it was after the machine slept, without a burst', () => {
    player.load(plainTake('a', [40, 50, 60]), 'start', 0);
    player.play(undefined, 0);
    run(1600);
    now += 60_000;
    run(now + 900);
    const notes = sink.notes().map(({ time, pitch }) => [pitch, Math.round(time)]);
    expect(notes.slice(0, 4)).toEqual([
      [40, 5],
      [41, 505],
      [42, 1005],
      [43, 1505],
    ]);
    expect(notes.slice(4).map(([pitch]) => pitch)).toEqual([50, 51]);
    expect(notes[4][1]).toBeGreaterThan(61_600);
    expect(notes[5][1] - notes[4][1]).toBe(500);
    player.stop(now);
    expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
  });

  test('a take at 999 bpm loses nothing and ends every note', () => {
    build({ bpm: 999 });
    player.load(
      plainTake(
        'a',
        Array.from({ length: 100 }, (_, i) => 20 + (i % 80)),
      ),
      'start',
      0,
    );
    player.play(undefined, 0);
    run(30_000);
    expect(sink.notes()).toHaveLength(400);
    expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
  });

  test('refuses to play nothing', () => {
    expect(() => player.play(undefined, 0)).toThrow(/nothing to play/);
  });
});

describe('following', () => {
  let next = 0;
  /** A DAW that sends clock; returns the beat times. */
  function clock(ticks: number, interval: number): void {
    for (let i = 0; i < ticks; i++) {
      while (now < next) {
        now = Math.min(next, now + 4);
        player.pump(now);
        sink.run(now);
      }
      player.receive(TICK, next, now);
      player.pump(now);
      sink.run(now);
      next += interval;
    }
  }
  beforeEach(() => {
    build({ sync: 'follow' });
    next = 0;
    player.load(plainTake('a', [40, 50, 60, 70]), 'start', 0);
  });

  test('is armed by play, starts with the clock after Start, and follows a change of tempo', () => {
    clock(48, 20);
    expect(player.transport).toBe('stopped');
    player.play(undefined, now);
    expect(player.transport).toBe('armed');
    clock(5, 20);
    expect(sink.notes()).toEqual([]);
    player.receive(START, now, now);
    const start = next;
    clock(96, 20);
    const slow = next;
    clock(97, 30);
    const times = sink.notes().map(({ time }) => time);
    expect(times).toHaveLength(9);
    for (let beat = 0; beat < 4; beat++) expect(Math.abs(times[beat] - (start + beat * 480))).toBeLessThan(2);
    for (let beat = 6; beat < 9; beat++)
      expect(Math.abs(times[beat] - (slow + (beat - 4) * 720))).toBeLessThan(2);
    player.receive(STOP, now, now);
    expect(player.transport).toBe('armed');
    expect(sink.table.silent).toBe(true);
  });

  test('Song Position and Continue start inside the take', () => {
    player.play(undefined, now);
    player.receive(songPosition(24), now, now);
    player.receive([0xfb], now, now);
    clock(49, 20);
    expect(pitches()).toEqual([52, 53, 60]);
  });

  test('Song Position while playing jumps without a hanging note', () => {
    player.play(undefined, now);
    player.receive(START, now, now);
    clock(30, 20);
    player.receive(songPosition(48), now, now);
    clock(26, 20);
    expect(pitches()).toEqual([40, 41, 70, 71]);
    player.stop(now);
    expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
  });

  test('a lost clock is said, and the music goes on or stops as chosen', () => {
    player.play(undefined, now);
    player.receive(START, now, now);
    clock(48, 20);
    run(now + 1500);
    expect(codes()).toEqual(['clock-lost']);
    expect(player.transport).toBe('playing');
    expect(pitches().length).toBeGreaterThan(4);
    next = now;
    clock(10, 20);
    expect(codes()).toEqual(['clock-lost', 'clock-back']);

    build({ sync: 'follow', onClockLoss: 'stop' });
    next = 0;
    player.load(plainTake('a', [40]), 'start', 0);
    player.play(undefined, 0);
    player.receive(START, 0, 0);
    clock(20, 20);
    run(now + 1500);
    expect(player.transport).toBe('armed');
    expect(sink.table.silent).toBe(true);
  });

  test('joins the DAW where it is after the process was held up', () => {
    player.play(undefined, now);
    player.receive(START, now, now);
    clock(30, 20);
    now += 1500;
    player.pump(now);
    // Its ticks waited in the driver, with the times at which they arrived.
    for (; next < now; next += 20) player.receive(TICK, next, now);
    clock(48, 20);
    // From beat 1.25 to 4.4 unheard; the next whole one is beat 5.
    expect(pitches()).toEqual([40, 41, 51, 52]);
    expect(sink.notes()[3].time - sink.notes()[2].time).toBeCloseTo(480, 0);
    player.stop(now);
    expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
  });

  test('the piece may keep its own tempo and only take the start from the DAW', () => {
    build({ sync: 'follow', tempo: 'piece' });
    next = 0;
    player.load({ id: 'a', name: 'a', bars: [plainBar(60, { tempos: [{ beat: 0, bpm: 60 }] })] }, 'start', 0);
    player.play(undefined, 0);
    player.receive(START, 0, 0);
    clock(96, 20);
    expect(sink.notes().map(({ time }) => Math.round(time))).toEqual([0, 1000]);
  });

  test.each([20, 400])('follows a clock at %i bpm: every note once, in order, each ended', (bpm) => {
    const interval = 60_000 / (24 * bpm);
    player.play(undefined, now);
    player.receive(START, now, now);
    const start = next;
    clock(24 * 8 + 1, interval);
    const times = sink.notes().map(({ time }) => (time - start) / (24 * interval));
    expect(pitches()).toEqual([40, 41, 42, 43, 50, 51, 52, 53, 60]);
    // In beats. Until the ticks show it, the tempo before is all there is.
    for (let beat = 1; beat < 9; beat++) expect(Math.abs(times[beat] - beat)).toBeLessThan(0.05);
    player.stop(now);
    expect(hanging(sink.sent.map(({ message }) => message))).toEqual([]);
  });

  test('refuses to seek by itself', () => {
    expect(() => player.seek(4, now)).toThrow(/The DAW leads/);
  });
});

describe('leading', () => {
  test('Start and clock at the beginning, Song Position and Continue elsewhere, Stop at the end', () => {
    build({ sync: 'lead' });
    player.load(plainTake('a', [40, 50]), 'start', 0);
    player.play(undefined, 0);
    run(1030);
    player.stop(now);
    const system = () => sink.sent.filter(({ message }) => message[0] >= 0xf0);
    expect(system()[0].message).toEqual(START);
    const ticks = system().filter(({ message }) => message[0] === 0xf8);
    expect(ticks).toHaveLength(49);
    expect(ticks[24].time - ticks[0].time).toBeCloseTo(500, 6);
    expect(ticks[0].time).toBeGreaterThan(system()[0].time);
    expect(sink.notes()[0].time).toBeCloseTo(ticks[0].time, 6);
    expect(system().at(-1)!.message).toEqual(STOP);
    const before = sink.sent.length;
    player.play(4.1, now);
    run(now + 200);
    const later = sink.sent.slice(before).filter(({ message }) => message[0] >= 0xf0);
    expect(later.slice(0, 2).map(({ message }) => message)).toEqual([songPosition(17), [0xfb]]);
    expect(later[2].time - now).toBeLessThan(0);
  });

  test("a port's offset moves everything that is sent", () => {
    player.offset = 40;
    player.load(plainTake('a', [40]), 'start', 0);
    player.play(undefined, 0);
    run(500);
    expect(sink.notes()[0].time).toBeCloseTo(45, 6);
  });

  test.each(['alone', 'lead'] as const)(
    '%s: sent ahead of the beat, nothing comes late or out of order',
    (sync) => {
      build({ sync });
      player.offset = -300;
      const late: number[] = [];
      const push = sink.push.bind(sink);
      sink.push = (timed) => {
        late.push(now - timed.due);
        push(timed);
      };
      player.load(plainTake('a', [40]), 'start', 0);
      player.play(undefined, 0);
      player.pump(0);
      run(1700);
      expect(Math.max(...late)).toBeLessThan(0);
      const first = sync === 'lead' ? 20 : 5;
      expect(sink.notes().map(({ time }) => Math.round(time - first))).toEqual([0, 500, 1000, 1500]);
      if (sync === 'lead') {
        const system = sink.sent.filter(({ message }) => message[0] >= 0xf0).map(({ message }) => message);
        expect(system.slice(0, 2)).toEqual([START, TICK]);
      }
    },
  );
});

describe('a live source', () => {
  const answer = (bar: Bar | null = null, after?: string) => {
    const want = wants.shift()!;
    player.deliver(want.id, bar ?? plainBar(40 + want.request.bar), now, after);
    return want.request;
  };

  test('starts when its first bar is there and is asked for bars ahead of the playhead', () => {
    player.live(false, 0);
    player.play(undefined, 0);
    expect(player.transport).toBe('buffering');
    run(300);
    expect(answer().bar).toBe(0);
    expect(player.transport).toBe('playing');
    run(310);
    expect(answer().bar).toBe(1);
    run(320);
    expect(answer().bar).toBe(2);
    run(400);
    expect(wants).toEqual([]);
    run(2500, () => wants.length > 0 && answer());
    expect(pitches()).toEqual([40, 41, 42, 43, 41]);
  });

  test('repeats the last bar when the source is behind, says so, and goes on when it has caught up', () => {
    player.live(false, 0);
    player.play(undefined, 0);
    answer();
    run(4100);
    expect(pitches()).toEqual([40, 41, 42, 43, 40, 41, 42, 43, 40]);
    expect(player.repeatedBars).toBe(2);
    expect(codes()).toEqual(['behind']);
    answer(plainBar(80));
    run(6100, () => wants.length > 0 && answer());
    expect(pitches().slice(12)).toEqual([80]);
    expect(codes()).toEqual(['behind', 'caught-up']);
  });

  test('a moved emotion is heard from the next bar, though that bar was there already', () => {
    player.live(false, 0);
    player.play(undefined, 0);
    answer();
    run(100, () => wants.length > 0 && answer());
    player.emotion({ valence: 1, arousal: 0, intensity: 1 }, now);
    run(200, () => {
      while (wants.length > 0) expect(answer(plainBar(90)).conditions.valence).toBe(1);
    });
    run(2100);
    expect(pitches()).toEqual([40, 41, 42, 43, 90]);
  });

  test('or from the next beat, if the source can', () => {
    build({ emotionAt: 'beat' });
    player.live(true, 0);
    player.play(undefined, 0);
    answer();
    run(600, () => wants.length > 0 && answer());
    player.emotion({ valence: 1, arousal: 0, intensity: 1 }, now);
    run(620);
    expect(wants[0].request).toMatchObject({ bar: 0, fromBeat: 2 });
    answer(plainBar(90));
    run(1900);
    expect(pitches()).toEqual([40, 41, 92, 93]);
    expect(hanging(sink.sent.map(({ message }) => message)).length).toBeLessThan(2);
  });

  test('what was heard is not written anew, when a loop or the DAW goes back to it', () => {
    player.live(false, 0);
    player.play(undefined, 0);
    answer();
    run(4100, () => wants.length > 0 && answer());
    player.loop({ startBar: 0, bars: 2 });
    player.emotion({ valence: 1, arousal: 0, intensity: 1 }, now);
    const asked: number[] = [];
    run(9000, () => {
      while (wants.length > 0) asked.push(answer(plainBar(90)).bar);
    });
    expect(asked.filter((bar) => bar < 2)).toEqual([]);
    expect(pitches().slice(-4)).not.toContain(90);
  });

  test('a broken source is named and asked again later; a broken bar is refused', () => {
    player.live(false, 0);
    player.play(undefined, 0);
    answer(null, 'out of memory');
    expect(notices[0].text).toContain('out of memory');
    expect(wants).toEqual([]);
    run(1100);
    answer({ beats: 4, notes: [note(0, 200)] });
    expect(notices[1].text).toContain('pitch of 200');
    expect(player.transport).toBe('buffering');
    run(2300);
    answer();
    expect(player.transport).toBe('playing');
  });

  test('emotion goes out as controllers', () => {
    const routing = { ...DEFAULT_SETTINGS.routing, emotion: { channel: 3, valence: 20, arousal: 21 } };
    build({ routing });
    player.emotion({ valence: -1, arousal: 1, intensity: 0 }, 0);
    expect(sink.sent.map(({ message }) => message)).toEqual([controller(2, 20, 0), controller(2, 21, 127)]);
  });
});
