import { expect, test, vi } from 'vitest';
import { parseConnections } from '../../../../src/services/midi/ports/alsa-connections.ts';
import { createBackend, probeInWorker } from '../../../../src/services/midi/ports/backend.ts';
import { toEasymidi } from '../../../../src/services/midi/ports/easymidi-backend.ts';
import {
  findLoopback,
  findPort,
  plainName,
  plainNames,
} from '../../../../src/services/midi/ports/port-names.ts';
import { type LeftPorts, Ports } from '../../../../src/services/midi/ports/ports.ts';
import type { Notice } from '../../../../src/services/midi/protocol.ts';
import { FakeBackend } from '../fake-backend.ts';

test('names are kept without what the system appends', () => {
  expect(plainName('RtMidi Output Client:Affetto Out 128:0', 'linux')).toBe(
    'RtMidi Output Client:Affetto Out',
  );
  // The number of a process is another one after each start.
  expect(plainName('FLUID Synth (710):Synth input port (710:0) 129:0', 'linux')).toBe(
    'FLUID Synth:Synth input port',
  );
  expect(plainName('loopMIDI Port 3', 'win32')).toBe('loopMIDI Port');
  expect(plainName('IAC Driver Bus 1', 'darwin')).toBe('IAC Driver Bus 1');
  expect(plainNames(['X 1', 'X 2', 'Y 3'], 'win32')).toEqual(['X', 'X (2)', 'Y']);
});

test('a port is found by its plain name, the ALSA port part, a cut name, or a beginning', () => {
  const alsa = [
    'Midi Through:Midi Through Port-0 14:0',
    'aseqdump:aseqdump 129:0',
    'Synth:left 130:0',
    'Synth:right 130:1',
  ];
  expect(findPort(alsa, 'aseqdump:aseqdump', 'linux')).toBe(1);
  expect(findPort(alsa, 'aseqdump', 'linux')).toBe(1);
  expect(findPort(alsa, 'Synth:right 130:1', 'linux')).toBe(3);
  expect(findPort(alsa, 'synth', 'linux')).toBe(-1);
  expect(findPort(alsa, 'midi thr', 'linux')).toBe(0);
  const synth = [...alsa, 'FLUID Synth (812):Synth input port (812:0) 131:0'];
  for (const name of ['FLUID Synth (710):Synth input port (710:0)', 'FLUID Synth:Synth input port', 'fluid'])
    expect(findPort(synth, name, 'linux')).toBe(4);
  const windows = ['A very long name of a MIDI devi 0', 'Other 1'];
  expect(findPort(windows, 'A very long name of a MIDI device from the shop', 'win32')).toBe(0);
  expect(findPort(windows, 'Nothing', 'win32')).toBe(-1);
});

test('finds a loopback, and never listens to what it sends itself', () => {
  const pair = ['Default App Loopback (A)', 'Default App Loopback (B)'];
  expect(findLoopback(['Synth', ...pair], pair)).toEqual({ output: pair[0], input: pair[0] });
  expect(findLoopback(['loopMIDI Port'], ['loopMIDI Port'])).toEqual({
    output: 'loopMIDI Port',
    input: null,
  });
  const two = ['loopMIDI Port', 'loopMIDI Port (2)'];
  expect(findLoopback(two, two)).toEqual({ output: two[0], input: two[1] });
  expect(findLoopback(['Synth'], ['Synth'])).toBeNull();
});

test('Windows MIDI that never answers is given up, and said', async () => {
  expect(await probeInWorker(100, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)')).toBe(
    false,
  );
  expect(await probeInWorker(5000, 'throw new Error("no MIDI")')).toBe(true);
  const backend = await createBackend('win32', async () => false);
  expect(backend.missing?.reason).toMatch(/did not answer/);
  expect(backend.missing?.advice).toMatch(/restart/);
});

test('reads who listens to our port from ALSA', () => {
  const text = `Client info
  cur  clients : 3
Client   0 : "System" [Kernel]
  Port   0 : "Timer" (Rwe-)
Client 128 : "RtMidi Output Client" [User]
  Port   0 : "Affetto Out" (R-e-)
    Connecting To: 129:0, 14:0[r:0]
Client  14 : "Midi Through" [Kernel]
  Port   0 : "Midi Through Port-0" (RWe-)
    Connected From: 128:0
Client 129 : "aseqdump" [User]
  Port   0 : "aseqdump" (-We-)
    Connected From: 128:0`;
  const from = 'RtMidi Output Client:Affetto Out 128:0';
  expect(parseConnections(text)).toEqual([
    { from, to: 'aseqdump:aseqdump 129:0' },
    { from, to: 'Midi Through:Midi Through Port-0 14:0' },
  ]);
});

test.each([
  [[0x92, 60, 100], 'noteon', { channel: 2, note: 60, velocity: 100 }],
  [[0x80, 60, 64], 'noteoff', { channel: 0, note: 60, velocity: 64 }],
  [[0xb1, 64, 127], 'cc', { channel: 1, controller: 64, value: 127 }],
  [[0xe0, 1, 64], 'pitch', { channel: 0, value: 8193 }],
  [[0xf2, 2, 1], 'position', { value: 130 }],
  [[0xf8], 'clock', {}],
])("says a message in easymidi's words %#", (message, type, argument) => {
  expect(toEasymidi(message)).toEqual([type, argument]);
});

function open(backend: FakeBackend, left: LeftPorts = {}) {
  const notices: Notice[] = [];
  const events = {
    incoming: vi.fn(),
    controls: vi.fn(),
    notice: (notice: Notice) => void notices.push(notice),
    changed: vi.fn(),
    opened: vi.fn(),
    seen: vi.fn(),
    sounding: vi.fn(),
    heardFrom: vi.fn(),
    owed: vi.fn(),
    clock: () => ({ time: 0, beat: null, bpm: 120 }),
  };
  return { ports: new Ports(backend, events, left), events, notices };
}

test('a port that vanishes is lost at once, and reopened quietly when it is back under another number', () => {
  const backend = new FakeBackend();
  backend.outputNames.push('Synth:in 20:0');
  const { ports, events, notices } = open(backend);
  ports.chooseOutput({ kind: 'existing', name: 'Synth' });
  expect(ports.outputState).toMatchObject({ state: 'open', name: 'Synth:in' });
  expect(ports.send([0xf8])).toBe(true);
  backend.unplug('Synth:in 20:0');
  ports.poll();
  expect(ports.outputState.state).toBe('lost');
  expect(events.seen.mock.calls).toEqual([[false]]);
  expect(ports.send([0xf8])).toBe(false);
  ports.poll();
  backend.outputNames.push('Synth:in 24:0');
  ports.poll();
  expect(ports.outputState.state).toBe('open');
  expect(notices.map(({ code }) => code)).toEqual(['port-lost', 'port-back']);
  expect(events.opened).toHaveBeenCalledTimes(2);
  expect(events.sounding).toHaveBeenLastCalledWith({
    kind: 'existing',
    name: 'Synth:in 24:0',
    listeners: [],
  });
});

test('a port that went and came back unseen is opened again, because its connection is gone', () => {
  const backend = new FakeBackend();
  backend.outputNames.push('Synth');
  const { ports, notices } = open(backend);
  ports.chooseOutput({ kind: 'existing', name: 'Synth' });
  backend.disconnected.add('Synth');
  ports.poll();
  expect(notices.map(({ code }) => code)).toEqual(['port-lost', 'port-back']);
  expect(ports.outputState.state).toBe('open');
  expect(backend.disconnected.size).toBe(0);
});

test('a port that another program holds is named, and taken when it is free', () => {
  const backend = new FakeBackend();
  backend.outputNames.push('Synth');
  backend.refusing.add('Synth');
  const { ports, notices } = open(backend);
  ports.chooseOutput({ kind: 'existing', name: 'Synth' });
  expect(ports.outputState).toMatchObject({ state: 'failed', problem: expect.stringContaining('in use') });
  ports.poll();
  expect(notices).toHaveLength(1);
  backend.refusing.clear();
  ports.poll();
  expect(ports.outputState.state).toBe('open');
  backend.refusing.add('Synth');
  expect(ports.send([0xf8])).toBe(false);
  expect(ports.outputState.state).toBe('lost');
});

test('a name that is not there is waited for, and what is there is listed', () => {
  const backend = new FakeBackend();
  backend.outputNames.push('Piano');
  const { ports } = open(backend);
  ports.chooseOutput({ kind: 'existing', name: 'Organ' });
  expect(ports.outputState.problem).toMatch(/there: Piano/);
  backend.outputNames.push('Organ');
  ports.poll();
  expect(ports.outputState.state).toBe('open');
});

test('our own ports are not offered to ourselves; auto makes them, or takes a loopback', () => {
  const backend = new FakeBackend();
  backend.outputNames.push('Piano', 'RtMidi Input Client:Affetto In');
  backend.inputNames.push('RtMidi Output Client:Affetto Out');
  const { ports } = open(backend);
  expect(ports.list()).toMatchObject({ outputs: ['Piano'], inputs: [] });
  ports.chooseOutput({ kind: 'auto' });
  ports.chooseInput({ kind: 'auto' });
  expect([ports.outputState.name, ports.inputState.name]).toEqual(['Affetto Out 2', 'Affetto In 2']);

  const windows = new FakeBackend();
  windows.virtualPorts = false;
  windows.outputNames.push('loopMIDI Port');
  const other = open(windows).ports;
  other.chooseOutput({ kind: 'auto' });
  expect(other.outputState).toMatchObject({ kind: 'existing', name: 'loopMIDI Port', state: 'open' });
});

test('two Affettos have ports that differ by a number, and one that was killed gets its own back', () => {
  const backend = new FakeBackend();
  backend.inputNames.push('RtMidi Output Client:Affetto Out', 'RtMidi Output Client:Affetto Out 3');
  const names = (left?: LeftPorts) => {
    const { ports } = open(backend, left);
    ports.chooseInput({ kind: 'auto' });
    ports.chooseOutput({ kind: 'auto' });
    return [ports.outputState.name, ports.inputState.name];
  };
  expect(names()).toEqual(['Affetto Out 2', 'Affetto In 2']);
  const port = { kind: 'virtual' as const, name: 'Affetto Out 4', listeners: [] };
  expect(names({ port })).toEqual(['Affetto Out 4', 'Affetto In 4']);
  expect(names({ port: { ...port, name: 'Affetto Out 3' } })).toEqual(['Affetto Out 2', 'Affetto In 2']);
  backend.inputNames.length = 0;
  expect(names()).toEqual(['Affetto Out', 'Affetto In']);
  // Neither is offered to the other.
  backend.outputNames.push('RtMidi Input Client:Affetto In 2');
  expect(open(backend).ports.list().outputs).toEqual([]);
});

test('who was connected to our ports is written down, and connected again after a crash', () => {
  const backend = new FakeBackend();
  const { ports, events } = open(backend);
  ports.chooseOutput({ kind: 'auto' });
  ports.chooseInput({ kind: 'auto' });
  backend.peers.set('Affetto Out', ['Synth:in 130:0', 'Other:in 131:0']);
  backend.peers.set('Affetto In', ['DAW:clock 140:0']);
  ports.poll();
  const left = events.sounding.mock.lastCall![0];
  expect(left).toMatchObject({ name: 'Affetto Out', listeners: ['Synth:in 130:0', 'Other:in 131:0'] });
  expect(events.heardFrom).toHaveBeenLastCalledWith(['DAW:clock 140:0']);
  const again = open(backend, { port: left, senders: ['DAW:clock 140:0'] }).ports;
  again.chooseOutput({ kind: 'auto' });
  again.chooseInput({ kind: 'auto' });
  expect([...backend.reconnected]).toEqual([
    ['Affetto Out', ['Synth:in 130:0', 'Other:in 131:0']],
    ['Affetto In', ['DAW:clock 140:0']],
  ]);
});

test('what nobody chose raises no error when it is not there, and is taken when it comes', () => {
  const backend = new FakeBackend();
  backend.virtualPorts = false;
  const { ports, notices } = open(backend);
  ports.chooseOutput({ kind: 'auto' });
  ports.chooseInput({ kind: 'auto' });
  expect([ports.outputState.state, notices]).toEqual(['failed', []]);
  const pair = ['Default App Loopback (A)', 'Default App Loopback (B)'];
  backend.outputNames.push(...pair);
  backend.inputNames.push(...pair);
  ports.poll();
  expect([ports.outputState, ports.inputState]).toMatchObject([
    { name: pair[0], state: 'open' },
    { name: pair[0], state: 'open' },
  ]);
});

test('without MIDI everything answers with what is missing', () => {
  const backend = new FakeBackend();
  backend.missing = { reason: 'No ALSA.', advice: 'Get it.' };
  const { ports } = open(backend);
  expect(ports.list()).toEqual({
    status: { available: false, reason: 'No ALSA.', advice: 'Get it.' },
    outputs: [],
    inputs: [],
  });
  ports.chooseOutput({ kind: 'auto' });
  expect(ports.outputState.state).toBe('closed');
  ports.chooseOutput({ kind: 'virtual', name: 'x' });
  expect(ports.outputState.problem).toBe('No ALSA. Get it.');
  ports.poll();
});
