import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildNode } from '../../../../scripts/build.mjs';
import { controller, noteOff, noteOn } from '../../../../src/services/midi/message.ts';
import { createWireBackend } from '../../../../src/services/midi/ports/wire-backend.ts';
import type { BarSource, Notice } from '../../../../src/services/midi/protocol.ts';
import { Journal, readJournal } from '../../../../src/services/midi/recovery/journal.ts';
import { endings } from '../../../../src/services/midi/recovery/unended.ts';
import { MidiWatchdog } from '../../../../src/services/midi/recovery/watchdog.ts';
import { forkService } from '../../../../src/services/process/link.ts';
import { hanging, note, plainBar } from '../helpers.ts';

const script = join(import.meta.dirname, '../../../../out/node/midi.mjs');
const held = { id: 'h', name: 'h', bars: [{ beats: 64, notes: [note(0, 60, 64), note(0, 64, 64)], pedal: [{ beat: 0, down: true }] }] }; // biome-ignore format: short
let folder: string;
let midi: MidiWatchdog | null = null;
let notices: Notice[];

const wire = (port: string) => {
  const file = join(folder, `${port}.wire`);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) =>
    line
      .split(' ')
      .slice(1)
      .map((byte) => Number.parseInt(byte, 16)),
  );
};
const until = async (condition: () => boolean) => {
  for (
    const end = Date.now() + 20_000;
    !condition();
    await new Promise((resolve) => setTimeout(resolve, 10))
  ) {
    if (Date.now() > end) throw new Error('waited in vain');
  }
};
function start(): MidiWatchdog {
  const watchdog = new MidiWatchdog({
    start: (environment) =>
      forkService(script, { environment: { ...environment, AFFETTO_MIDI_WIRE: folder } }),
    backend: async () => createWireBackend(folder),
  });
  watchdog.on('notice', (notice) => notices.push(notice));
  midi = watchdog;
  return watchdog;
}

beforeAll(() => buildNode());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-watchdog-'));
  process.env.AFFETTO_MIDI_JOURNALS = folder;
  notices = [];
});
afterEach(async () => {
  await midi?.quit();
  midi = null;
  rmSync(folder, { recursive: true });
  delete process.env.AFFETTO_MIDI_JOURNALS;
});

test('the journal tells what sounds, and where, after its writer is gone', () => {
  const path = join(folder, 'x.journal');
  const owed = [{ port: 'Organ', sounding: [{ channel: 1, pitch: 1 }], pedals: [] }];
  const journal = new Journal(path, owed);
  expect(readJournal(path)).toEqual({ port: null, sounding: [], pedals: [], owed, senders: [] });
  journal.port({ kind: 'existing', name: 'Synth', listeners: [] });
  for (const message of [noteOn(2, 60, 80), noteOn(2, 61, 80), controller(3, 64, 127)]) {
    journal.before(message);
    journal.after(message);
  }
  journal.before(noteOff(2, 61));
  journal.after(noteOff(2, 61));
  // Written before it is sent: a kill in between must not lose it.
  journal.before(noteOn(0, 10, 1));
  const content = readJournal(path)!;
  expect(content).toEqual({
    port: { kind: 'existing', name: 'Synth', listeners: [] },
    sounding: [{ channel: 0, pitch: 10 }, { channel: 2, pitch: 60 }], // biome-ignore format: short
    pedals: [3],
    owed,
    senders: [],
  });
  expect(endings(content)).toContainEqual(noteOff(2, 60));
  expect(endings(content)).toContainEqual(controller(3, 64, 0));
  journal.close();
  expect(readJournal(join(folder, 'none'))).toBeNull();
});

test.each(['Affetto Out', 'Synth'])(
  'kill -9 while notes sound on %s: they are ended, the service comes back',
  async (port) => {
    writeFileSync(join(folder, 'Synth.port'), '');
    const watchdog = start();
    await watchdog.call('configure', {
      bpm: 90,
      ...(port === 'Synth' && { output: { kind: 'existing', name: port } }),
    });
    await watchdog.call('load', { take: held });
    await watchdog.call('play', {});
    await until(() => hanging(wire(port)).length === 3);
    process.kill(watchdog.pid!, 'SIGKILL');
    await until(() => notices.some(({ code }) => code === 'rescued'));
    await until(() => hanging(wire(port)).length === 0);
    const state = await watchdog.call('state');
    expect(state.settings.bpm).toBe(90);
    expect(state.output).toMatchObject({ name: port, state: 'open' });
  },
);

test('notes on a port that is away are ended when it is back, though another port is in use and the service is killed twice', async () => {
  writeFileSync(join(folder, 'Synth.port'), '');
  const watchdog = start();
  await watchdog.call('configure', { bpm: 90, output: { kind: 'existing', name: 'Synth' } });
  await watchdog.call('load', { take: held });
  await watchdog.call('play', {});
  await until(() => hanging(wire('Synth')).length === 3);
  rmSync(join(folder, 'Synth.port'));
  await until(() => notices.some(({ code }) => code === 'port-lost'));
  await watchdog.call('configure', { output: { kind: 'auto' } });
  for (const kills of [1, 2]) {
    process.kill(watchdog.pid!, 'SIGKILL');
    await until(() => notices.filter(({ code }) => code === 'rescued').length === kills);
  }
  writeFileSync(join(folder, 'Synth.port'), '');
  await until(() => hanging(wire('Synth')).length === 0);
  expect((await watchdog.call('state')).output.name).toBe('Affetto Out');
});

test('of a service that was killed together with its parent, the next start ends what sounds', async () => {
  writeFileSync(join(folder, 'Synth.port'), '');
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  for (const [id, port] of [
    ['1', 'Organ'],
    ['2', 'Synth'],
  ]) {
    const journal = new Journal(join(folder, `affetto-midi-${gone}-${id}.journal`));
    journal.port({ kind: 'existing', name: port, listeners: [] });
    journal.before(noteOn(3, 60, 80));
    journal.before(controller(3, 64, 127));
  }
  const owner = new Journal(join(folder, `affetto-midi-${process.ppid}-1.journal`));
  owner.close();
  const watchdog = start();
  const ends = endings({ sounding: [{ channel: 3, pitch: 60 }], pedals: [3] });
  await until(() => wire('Synth').length >= ends.length);
  expect(wire('Synth').slice(0, ends.length)).toEqual(ends);
  // What sounds on a port that is away is owed to it, and a journal that somebody looks after stays.
  await watchdog.call('configure', {});
  writeFileSync(join(folder, 'Organ.port'), '');
  await until(() => wire('Organ').length >= ends.length);
  expect(wire('Organ').slice(0, ends.length)).toEqual(ends);
  const left = readdirSync(folder).filter((file) => file.endsWith('.journal'));
  expect(left.sort()).toEqual(
    [`affetto-midi-${process.pid}-1.journal`, `affetto-midi-${process.ppid}-1.journal`].sort(),
  );
});

test('a process that was stopped for a while goes on where it was, without a burst', async () => {
  const watchdog = start();
  await watchdog.call('configure', { tempo: 'daw', bpm: 480 });
  await watchdog.call('load', {
    take: { id: 'l', name: 'l', bars: Array.from({ length: 20 }, () => plainBar(60)) },
  });
  await watchdog.call('play', {});
  const notes = () => wire('Affetto Out').filter((message) => message[0] === 0x90);
  await until(() => notes().length >= 3);
  process.kill(watchdog.pid!, 'SIGSTOP');
  const before = notes();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  process.kill(watchdog.pid!, 'SIGCONT');
  await until(() => notes().length > before.length + 4);
  // Two seconds are sixteen notes; each bar's pitches in turn tell that none was passed over.
  expect(notes().length).toBeLessThan(before.length + 10);
  expect(notes().map((message) => message[1])).toEqual(notes().map((_, i) => 60 + (i % 4)));
});

test('quit and the death of the parent leave nothing sounding and no process', async () => {
  const watchdog = start();
  await watchdog.call('load', { take: held });
  await watchdog.call('play', {});
  await until(() => hanging(wire('Affetto Out')).length === 3);
  const pid = watchdog.pid!;
  await watchdog.quit();
  expect(hanging(wire('Affetto Out'))).toEqual([]);
  expect(() => process.kill(pid, 0)).toThrow();
});

test('a live source in the parent is asked over the process boundary', async () => {
  const watchdog = start();
  const asked: number[] = [];
  await watchdog.call('configure', { tempo: 'daw', bpm: 480 });
  await watchdog.serve({
    nextBar: async ({ bar, conditions }) => {
      asked.push(bar);
      expect(conditions.valence).toBe(0);
      return bar < 3 ? plainBar(40 + 10 * bar) : null;
    },
  });
  await watchdog.call('play', {});
  await until(() => notices.some(({ code }) => code === 'take-ended'));
  expect(asked).toEqual([0, 1, 2, 3]);
  const pitches = wire('Affetto Out')
    .filter((message) => message[0] === 0x90)
    .map((message) => message[1]);
  expect(pitches).toEqual([40, 41, 42, 43, 50, 51, 52, 53, 60, 61, 62, 63]);
});

test.each([
  ['was released', (watchdog: MidiWatchdog, source: BarSource) => watchdog.release(source)],
  ['made room for a take', (watchdog: MidiWatchdog) => watchdog.call('load', { take: held })],
])('a live source that %s is not played from after a kill', async (_, end) => {
  const watchdog = start();
  const asked: number[] = [];
  const source: BarSource = {
    nextBar: async ({ bar }) => {
      asked.push(bar);
      return plainBar(50);
    },
  };
  await watchdog.serve(source);
  await watchdog.call('play', {});
  await until(() => asked.length > 1);
  await watchdog.call('stop');
  await end(watchdog, source);
  process.kill(watchdog.pid!, 'SIGKILL');
  await until(() => notices.some(({ code }) => code === 'rescued'));
  const before = asked.length;
  await watchdog.call('play', {}).catch(() => {});
  expect((await watchdog.call('state')).source).toBe('none');
  expect(asked.length).toBe(before);
});

test('a refused call rejects with the reason', async () => {
  await expect(start().call('seek', { beat: -2 })).rejects.toThrow(/There is no beat -2/);
});

test.skipIf(process.platform === 'win32')(
  'a process that stands still is told, its notes are ended, and another takes its place',
  async () => {
    const watchdog = start();
    await watchdog.call('configure', { bpm: 90 });
    await watchdog.call('load', { take: held });
    await watchdog.call('play', {});
    await until(() => hanging(wire('Affetto Out')).length === 3);
    const { pid } = watchdog;
    process.kill(pid!, 'SIGSTOP');
    await until(() => notices.some(({ code }) => code === 'rescued'));
    expect(notices.map(({ code }) => code)).toEqual(['stalled', 'rescued']);
    expect(() => process.kill(pid!, 0)).toThrow();
    await until(() => hanging(wire('Affetto Out')).length === 0);
    expect((await watchdog.call('state')).settings.bpm).toBe(90);
  },
);

test.skipIf(process.platform === 'win32')('quitting ends a process that stands still', async () => {
  const watchdog = start();
  await watchdog.call('state');
  const { pid } = watchdog;
  process.kill(pid!, 'SIGSTOP');
  await watchdog.quit();
  expect(() => process.kill(pid!, 0)).toThrow();
});

test('a process that dies again and again is left alone until something is asked, and then has its settings', async () => {
  const watchdog = start();
  await watchdog.call('configure', { bpm: 93 });
  for (let death = 1; death <= 4; death++) {
    const { pid } = watchdog;
    process.kill(pid!, 'SIGKILL');
    await until(() => notices.length === death);
    if (death < 4) expect(watchdog.pid).not.toBe(pid);
  }
  expect(notices.at(-1)).toMatchObject({ level: 'error', text: expect.stringMatching(/again and again/) });
  const { settings } = await watchdog.call('state');
  expect(settings.bpm).toBe(93);
  await watchdog.call('testNote');
});
