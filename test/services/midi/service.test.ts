import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { controller, noteOff, noteOn, START, TICK } from '../../../src/services/midi/message.ts';
import type { ControlMapping, MidiEvents, Notice } from '../../../src/services/midi/protocol.ts';
import { Journal, type JournalContent, readJournal } from '../../../src/services/midi/recovery/journal.ts';
import { pendingOf } from '../../../src/services/midi/recovery/rescue.ts';
import { MidiService } from '../../../src/services/midi/service.ts';
import { FakeBackend } from './fake-backend.ts';
import { hanging, note, plainTake } from './helpers.ts';

const OUT = 'Affetto Out';
const IN = 'Affetto In';
let backend: FakeBackend;
let service: MidiService;
let events: { name: keyof MidiEvents; value: unknown }[];
const of = <Name extends keyof MidiEvents>(name: Name) =>
  events.filter((event) => event.name === name).map((event) => event.value as MidiEvents[Name]);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (condition: () => boolean) => {
  for (const end = Date.now() + 10_000; !condition(); await pause(5)) {
    if (Date.now() > end) throw new Error('waited in vain');
  }
};
const held = { id: 'held', name: 'held', bars: [{ beats: 4, notes: [note(0, 60, 4), note(0, 64, 4)], pedal: [{ beat: 0, down: true }] }] }; // biome-ignore format: short

beforeEach(() => {
  backend = new FakeBackend();
  backend.outputNames.push('Synth');
  events = [];
  service = new MidiService(backend, null, {
    emit: (name, value) => void events.push({ name, value }),
    want: () => {},
    exit: () => {},
    rank: 'ordinary',
  });
  service.calls.configure({ tempo: 'daw', bpm: 300 });
});
afterEach(() => service.close());

test('plays a take to its own port and says where it is', async () => {
  service.calls.load({ take: plainTake('a', [60]) });
  service.calls.play({});
  await until(() => of('notice').some(({ code }) => code === 'take-ended'));
  const pitches = backend
    .messages(OUT)
    .filter((message) => message[0] === 0x90)
    .map((message) => message[1]);
  expect(pitches).toEqual([60, 61, 62, 63]);
  expect(hanging(backend.messages(OUT))).toEqual([]);
  expect(of('position').some(({ transport, beat }) => transport === 'playing' && beat > 1)).toBe(true);
  expect(service.calls.health().lateness.sent).toBe(8);
});

test.each(['stop', 'panic', 'close', 'port', 'sync'] as const)('%s leaves nothing sounding', async (what) => {
  service.calls.load({ take: held });
  service.calls.play({});
  await until(() => hanging(backend.messages(OUT)).length === 3);
  if (what === 'stop') service.calls.stop();
  if (what === 'panic') service.calls.panic();
  if (what === 'close') service.close();
  if (what === 'port') service.calls.configure({ output: { kind: 'existing', name: 'Synth' } });
  if (what === 'sync') service.calls.configure({ sync: 'follow' });
  expect(hanging(backend.messages(OUT))).toEqual([]);
});

test('notes on a port that vanished are ended when it is back', async () => {
  service.calls.configure({ output: { kind: 'existing', name: 'Synth' } });
  service.calls.load({
    take: { ...held, bars: [{ ...held.bars[0], beats: 40, notes: [note(0, 60, 40), note(2, 62, 1)] }] },
  });
  service.calls.play({});
  await until(() => hanging(backend.messages('Synth')).length === 2);
  backend.unplug('Synth');
  await until(() => service.calls.state().output.state === 'lost');
  await pause(700);
  expect(service.calls.health().lost).toBe(1);
  backend.outputNames.push('Synth');
  await until(() => service.calls.state().output.state === 'open');
  expect(hanging(backend.messages('Synth'))).toEqual([]);
  expect(service.calls.state().transport).toBe('playing');
});

test('notes on a port that vanished are ended when it is back, though another port was chosen meanwhile', async () => {
  service.calls.configure({ output: { kind: 'existing', name: 'Synth' } });
  service.calls.load({ take: held });
  service.calls.play({});
  await until(() => hanging(backend.messages('Synth')).length === 3);
  backend.unplug('Synth');
  await until(() => service.calls.state().output.state === 'lost');
  service.calls.configure({ output: { kind: 'auto' } });
  expect(service.calls.health().sounding).toEqual([]);
  backend.outputNames.push('Synth');
  await until(() => hanging(backend.messages('Synth')).length === 0);
  expect(service.calls.state().output.name).toBe(OUT);
});

test('what was ended on a port that had gone unnoticed is ended once more when it is back', async () => {
  backend.swallowing.add('Synth');
  service.calls.configure({ output: { kind: 'existing', name: 'Synth' }, bpm: 120 });
  const short = { ...held.bars[0], notes: [note(0, 60, 3), note(0, 64, 4)], pedal: [{ beat: 0, down: true }, { beat: 3, down: false }] }; // biome-ignore format: short
  service.calls.load({ take: { ...held, bars: [short] } });
  service.calls.play({});
  await until(() => hanging(backend.messages('Synth')).length === 3);
  // Just after the ports were looked at, so that the note ends before they are looked at again.
  const looked = vi.spyOn(backend, 'outputs');
  await until(() => looked.mock.calls.length > 0);
  backend.unplug('Synth');
  await until(() => service.calls.state().output.state === 'lost');
  await pause(600);
  const { sounding, pedals } = service.calls.health();
  expect(sounding.map(({ pitch }) => pitch).sort()).toEqual([60, 64]);
  expect(pedals).toEqual([1]);
  expect(hanging(backend.messages('Synth'))).toHaveLength(3);
  backend.outputNames.push('Synth');
  await until(() => service.calls.state().output.state === 'open');
  expect(hanging(backend.messages('Synth'))).toEqual([]);
});

test('a port that had gone unnoticed when another one was chosen gets its ends when it is back', async () => {
  backend.swallowing.add('Synth');
  service.calls.configure({ output: { kind: 'existing', name: 'Synth' } });
  service.calls.load({ take: held });
  service.calls.play({});
  await until(() => hanging(backend.messages('Synth')).length === 3);
  backend.unplug('Synth');
  service.calls.configure({ output: { kind: 'auto' } });
  expect(hanging(backend.messages('Synth'))).toHaveLength(3);
  backend.outputNames.push('Synth');
  await until(() => hanging(backend.messages('Synth')).length === 0);
});

test('panic while the port is away does not forget what sounds on it', async () => {
  service.calls.configure({ output: { kind: 'existing', name: 'Synth' } });
  service.calls.load({ take: held });
  service.calls.play({});
  await until(() => hanging(backend.messages('Synth')).length === 3);
  backend.unplug('Synth');
  await until(() => service.calls.state().output.state === 'lost');
  service.calls.panic();
  backend.outputNames.push('Synth');
  await until(() => service.calls.state().output.state === 'open');
  expect(hanging(backend.messages('Synth'))).toEqual([]);
});

test('notes that a killed service left on a port that was away are ended when it is back', async () => {
  service.close();
  backend.unplug('Synth');
  const left = { port: { kind: 'existing' as const, name: 'Synth', listeners: [] }, sounding: [{ channel: 0, pitch: 60 }], pedals: [0], owed: [], senders: [] }; // biome-ignore format: short
  service = new MidiService(backend, null, {
    emit: () => {},
    want: () => {},
    exit: () => {},
    rank: 'ordinary',
    left,
  });
  service.calls.configure({ output: { kind: 'existing', name: 'Synth' } });
  expect(service.calls.state().output.state).toBe('failed');
  backend.outputNames.push('Synth');
  await until(() => backend.messages('Synth').some((message) => message[0] === 0x80 && message[1] === 60));
});

test('what is owed to a port that is away outlives two services that are killed', async () => {
  service.close();
  const folder = mkdtempSync(join(tmpdir(), 'affetto-service-'));
  const killed: MidiService[] = [];
  /** A service on a machine of its own, so that one that counts as killed can do nothing on the next one's. */
  const start = (life: number, left: JournalContent | null) => {
    const path = join(folder, String(life));
    backend = new FakeBackend();
    const host = { emit: () => {}, want: () => {}, exit: () => {}, rank: 'ordinary' as const, left };
    service = new MidiService(backend, new Journal(path, left ? pendingOf(left) : []), host);
    killed.push(service);
    return () => readJournal(path)!;
  };
  const first = start(1, null);
  backend.outputNames.push('Synth');
  service.calls.configure({ output: { kind: 'existing', name: 'Synth' }, bpm: 300, tempo: 'daw' });
  service.calls.load({ take: held });
  service.calls.play({});
  await until(() => hanging(backend.messages('Synth')).length === 3);
  backend.unplug('Synth');
  await until(() => service.calls.state().output.state === 'lost');
  service.calls.configure({ output: { kind: 'auto' } });
  const owed = [
    {
      port: 'Synth',
      sounding: [
        { channel: 0, pitch: 60 },
        { channel: 0, pitch: 64 },
      ],
      pedals: [0],
    },
  ];
  expect(first()).toMatchObject({ port: { kind: 'virtual' }, sounding: [], pedals: [], owed });
  // The second dies before anybody configured it, the third before the port is back.
  const second = start(2, first());
  const third = start(3, second());
  service.calls.configure({ output: { kind: 'auto' } });
  expect(third()).toMatchObject({ owed });
  start(4, third());
  service.calls.configure({ output: { kind: 'auto' } });
  backend.outputNames.push('Synth');
  await until(() => backend.messages('Synth').length === 4);
  expect(backend.messages('Synth').slice(0, 3)).toEqual([
    noteOff(0, 60),
    noteOff(0, 64),
    controller(0, 64, 0),
  ]);
  for (const one of killed) one.close();
  rmSync(folder, { recursive: true });
});

test('the second panic sends 2048 note-offs, paced', async () => {
  expect(service.calls.panic()).toBe(1);
  expect(service.calls.panic()).toBe(2);
  const offs = () => (backend.heard.get(OUT) ?? []).filter(({ message }) => message[0] >> 4 === 8);
  await until(() => offs().length === 2048);
  // A loop that was held up may catch up a little.
  expect(offs().at(-1)!.time - offs()[0].time).toBeGreaterThan(1400);
});

test('learns a controller from the input, moves by it, and presses panic by it', async () => {
  service.calls.learn('panic');
  expect(service.calls.state().learning).toBe('panic');
  backend.speak(IN, controller(0, 30, 127));
  const mapping: ControlMapping = { target: 'panic', channel: 1, controller: 30 };
  expect(of('learnt')).toEqual([mapping]);
  expect(service.calls.state().settings.mappings).toEqual([mapping]);
  service.calls.load({ take: held });
  service.calls.play({});
  await until(() => hanging(backend.messages(OUT)).length === 3);
  backend.speak(IN, [0xb0, 30, 0, 30, 127]);
  expect(hanging(backend.messages(OUT))).toEqual([]);
  expect(of('control')).toEqual([{ target: 'panic', value: 1 }]);
  service.calls.forget('panic');
  expect(service.calls.state().settings.mappings).toEqual([]);
});

test('our own messages coming back move nothing and are said', async () => {
  const routing = service.calls.state().settings.routing;
  const mappings = [{ target: 'valence' as const, channel: 1, controller: 20 }];
  service.calls.configure({
    mappings,
    routing: { ...routing, emotion: { channel: 1, valence: 20, arousal: null } },
  });
  backend.onSend = (_, message) => backend.speak(IN, message);
  for (let i = 0; i < 6; i++) service.calls.emotion({ valence: i / 6, arousal: 0, intensity: 0 });
  // An echo while it is being sent can't be known yet; a real one takes its time.
  backend.onSend = null;
  const before = of('control').length;
  for (let i = 0; i < 6; i++) service.calls.emotion({ valence: -i / 6, arousal: 0, intensity: 0 });
  for (const message of backend.messages(OUT).slice(-6)) backend.speak(IN, message);
  expect(of('control')).toHaveLength(before);
  expect(of('notice').filter(({ code }: Notice) => code === 'feedback')).toHaveLength(1);
  expect(service.calls.health().echoes).toBeGreaterThanOrEqual(6);
});

test('follows a clock among noise, and shows its light', async () => {
  service.calls.configure({ sync: 'follow' });
  service.calls.load({ take: plainTake('a', [60, 70]) });
  service.calls.play({});
  expect(service.calls.state().transport).toBe('armed');
  backend.speak(IN, [0xf0, 1, 2, 3]);
  backend.speak(IN, START, 0);
  const interval = 10;
  const start = performance.now();
  for (let tick = 0; tick < 100; tick++) {
    while (performance.now() < start + tick * interval) await pause(1);
    backend.speak(IN, tick % 7 === 0 ? [4, ...TICK, 5, 0xf7, 0x93, 60, 10, 61, 0] : TICK, interval / 1000);
  }
  const { clock } = service.calls.health();
  expect(clock).toMatchObject({ state: 'arriving', running: true });
  expect(clock.bpm).toBeGreaterThan(240);
  expect(clock.bpm).toBeLessThan(260);
  expect(of('beat').length).toBeGreaterThanOrEqual(3);
  expect(backend.messages(OUT).filter((message) => message[0] === 0x90).length).toBeGreaterThanOrEqual(4);
  await until(() => of('notice').some(({ code }) => code === 'clock-lost'));
});

test('a test note sounds and ends; without a port it is refused with the reason', async () => {
  service.calls.testNote();
  await until(() => backend.messages(OUT).length === 2);
  expect(backend.messages(OUT)[0]).toEqual(noteOn(0, 60, 80));
  expect(hanging(backend.messages(OUT))).toEqual([]);
  service.calls.configure({ output: { kind: 'existing', name: 'Organ' } });
  expect(() => service.calls.testNote()).toThrow(/Organ.*there is no MIDI output of this name/);
});

test('a port has its own offset, also when it appears later under its full name', async () => {
  service.calls.configure({ offsets: { 'Piano:in': 400 }, output: { kind: 'existing', name: 'Piano' } });
  backend.outputNames.push('Piano:in');
  await until(() => service.calls.state().output.state === 'open');
  service.calls.load({ take: plainTake('a', [60]) });
  const pressed = performance.now();
  service.calls.play({});
  await until(() => backend.messages('Piano:in').length > 0);
  expect(performance.now() - pressed).toBeGreaterThan(400);
});

test('without an output the input stays open while settings change', () => {
  const created = vi.spyOn(backend, 'createInput');
  service.calls.configure({ output: { kind: 'none' } });
  service.calls.configure({ bpm: 90 });
  expect(service.calls.state()).toMatchObject({ output: { kind: 'none' }, input: { state: 'open' } });
  expect(created).not.toHaveBeenCalled();
});

test("a controller of its own moves knobs and the transport, and its clock is not the DAW's", async () => {
  backend.inputNames.push('Keys');
  const pads: ControlMapping[] = [{ target: 'stop', channel: 10, note: 36 }, { target: 'valence', channel: 1, controller: 20 }]; // biome-ignore format: short
  service.calls.configure({ controls: { kind: 'existing', name: 'Keys' }, mappings: pads });
  expect(service.calls.state().controls).toMatchObject({ name: 'Keys', state: 'open' });
  service.calls.load({ take: plainTake('a', [60, 64, 67]) });
  backend.speak('Keys', [0xf0, 0x7f, 0x7f, 0x06, 0x02, 0xf7]);
  expect(service.calls.state().transport).toBe('playing');
  await until(() => backend.messages(OUT).length > 0);
  backend.speak('Keys', [0xb0, 20, 127]);
  backend.speak('Keys', noteOn(9, 36, 80));
  expect(service.calls.state().transport).toBe('stopped');
  expect(hanging(backend.messages(OUT))).toEqual([]);
  expect(of('control')).toEqual([
    { target: 'play', value: 1 },
    { target: 'valence', value: 1 },
    { target: 'stop', value: 1 },
  ]);
  // Between two messages of the DAW, on an input of its own.
  backend.speak(IN, [0xb0, 20]);
  backend.speak('Keys', TICK);
  backend.speak(IN, [0]);
  expect(service.calls.health().clock.state).toBe('none');
  expect(of('control').at(-1)).toEqual({ target: 'valence', value: -1 });
  backend.speak(IN, [0xf0, 0x7f, 0x01, 0x06, 0x01, 0xf7]);
  expect(of('control').at(-1)).toEqual({ target: 'stop', value: 1 });
});

test('how many listen to our own port is told as soon as it is seen', async () => {
  expect(service.calls.state().output.listeners).toBe(0);
  backend.peers.set(OUT, ['Recorder:in 130:0']);
  await until(() => service.calls.state().output.listeners === 1);
  expect(of('state').at(-1)!.output.listeners).toBe(1);
});

test('refuses nonsense and keeps its settings', () => {
  expect(() => service.calls.configure({ bpm: 1 })).toThrow(/bpm/);
  expect(() =>
    service.calls.load({ take: { id: 'x', name: 'x', bars: [{ beats: -1, notes: [] }] } }),
  ).toThrow(/-1 beats/);
  expect(() => service.calls.seek({ beat: Number.NaN })).toThrow(/NaN/);
  expect(() => service.calls.loop({ startBar: 0, bars: 0 })).toThrow(/at least one bar/);
  expect(service.calls.state().settings.bpm).toBe(300);
});
