// Runs inside the virtual machine: the built MIDI service against a real ALSA sequencer. Prints a line a check.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openMidiController } from '../../src/host/midi-controller.ts';
import { fileMessages } from '../../src/model/midi/file-messages.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { createEasymidiBackend } from '../../src/services/midi/ports/easymidi-backend.ts';
import type { Bar, MidiState, Notice, Take } from '../../src/services/midi/protocol.ts';
import { startMidi } from '../../src/services/midi/start.ts';
import { forkService } from '../../src/services/process/link.ts';
import { address, check, Listener, pause, until } from './harness.ts';

const midi = startMidi('/app/out/node/midi.mjs');
const notices: Notice[] = [];
let state: MidiState = await midi.call('state');
midi.on('notice', (notice) => notices.push(notice));
midi.on('state', (value) => {
  state = value;
});

/** Sixteenths in four voices, all different from their neighbours; 240 bpm: 16 chords a second. */
function piece(bars: number): Take {
  const make = (bar: number): Bar => ({
    beats: 4,
    tempos: bar === 0 ? [{ beat: 0, bpm: 240 }] : [],
    pedal: [
      { beat: 0.5, down: true },
      { beat: 3.5, down: false },
    ],
    notes: Array.from({ length: 64 }, (_, i) => ({
      beat: Math.floor(i / 4) / 4,
      length: 0.25,
      pitch: 36 + ((bar * 5 + Math.floor(i / 4)) % 12) + 12 * (i % 4),
      velocity: 1 + ((bar * 64 + i) % 127),
    })),
  });
  return { id: `piece-${bars}`, name: 'piece', bars: Array.from({ length: bars }, (_, bar) => make(bar)) };
}
const held: Take = {
  id: 'held',
  name: 'held',
  bars: [{ beats: 64, pedal: [{ beat: 0, down: true }], notes: [48, 60, 67].map((pitch) => ({ beat: 0, length: 64, pitch, velocity: 90 })) }],
}; // biome-ignore format: short

/** A listener with a port of its own, chosen as our output. Its predecessor may have had the same name and number. */
async function ownListener(): Promise<Listener> {
  const listener = new Listener();
  await until('the listener', () => address('aseqdump') !== null);
  await midi.call('configure', { output: { kind: 'existing', name: 'aseqdump' } });
  // Long enough for the port to be looked at: a stale connection is noticed then.
  await pause(1500);
  await until('the port to be open', () => state.output.state === 'open');
  return listener;
}

const checks: { name: string; run: () => Promise<void> }[] = [];
const test = (name: string, run: () => Promise<void>) => void checks.push({ name, run });

test('a fresh app has both ports within 2 s, and the test note arrives', async () => {
  const began = performance.now();
  let fresh: MidiState | null = null;
  const app = openMidiController(
    (environment) => forkService('/app/out/node/midi.mjs', { environment }),
    null,
    ({ name, value }) => {
      if (name === 'state') fresh = value as MidiState;
    },
  );
  await until('both ports', () => address('Affetto Out') !== null && address('Affetto In') !== null);
  const took = performance.now() - began;
  check(took < 2000, `it took ${Math.round(took)} ms`);
  const listener = new Listener(address('Affetto Out')!);
  await until('the listener to be seen', () => fresh?.output.listeners === 1);
  await app.call('testNote', undefined);
  await until('the test note', () =>
    listener.events.some(({ kind, one }) => kind === 'Note on' && one === 60),
  );
  await until('its end', () => listener.hanging().length === 0);
  await listener.kill();
  await app.dispose();
  console.log(`ALSA notices both ports were listed after ${Math.round(took)} ms`);
});

test('both ports are visible under their names', async () => {
  const { output, input } = await midi.call('configure', {});
  check(output.state === 'open' && input.state === 'open', JSON.stringify({ output, input }));
  check(address('Affetto Out') !== null, 'Affetto Out is not listed');
  check(address('Affetto In') !== null, 'Affetto In is not listed');
  const list = await midi.call('ports');
  check(
    ![...list.outputs, ...list.inputs].some((name) => /Affetto/.test(name)),
    `offers its own: ${list.outputs}`,
  );
});

test('every event of a streamed piece arrives, in order', async () => {
  const listener = new Listener(address('Affetto Out')!);
  await pause(500);
  const take = piece(4);
  await midi.call('load', { take });
  await midi.call('play', {});
  await until('the end of the piece', () => notices.some((notice) => notice.code === 'take-ended'), 30_000);
  await pause(300);
  const wanted = take.bars.flatMap((bar) =>
    [...bar.notes]
      .sort((a, b) => a.beat - b.beat || a.pitch - b.pitch)
      .map((note) => `${note.pitch}/${note.velocity}`),
  );
  const heard = listener.events
    .filter((event) => event.kind === 'Note on')
    .map((event) => `${event.one}/${event.two}`);
  check(heard.length === wanted.length, `${wanted.length} notes were sent, ${heard.length} arrived`);
  const steps = (list: string[]) =>
    Array.from({ length: list.length / 4 }, (_, i) =>
      list
        .slice(4 * i, 4 * i + 4)
        .sort()
        .join(),
    );
  check(steps(heard).join(' ') === steps(wanted).join(' '), 'not in order');
  const offs = listener.events.filter((event) => event.kind === 'Note off').length;
  check(offs >= wanted.length, `${offs} note-offs for ${wanted.length} notes`);
  check(
    listener.events.filter((event) => event.kind === 'Control change' && event.two === 127).length === 4,
    'pedal',
  );
  check(listener.hanging().length === 0, `hanging: ${listener.hanging()}`);
  await listener.kill();
});

test('follows Start, a clock, its change of tempo, and Stop of another client', async () => {
  const listener = new Listener(address('Affetto Out')!);
  await pause(400);
  await midi.call('configure', { sync: 'follow', tempo: 'daw' });
  await midi.call('load', { take: piece(16) });
  await midi.call('play', {});
  check(state.transport === 'armed', `not armed but ${state.transport}`);
  const backend = createEasymidiBackend();
  const clock = backend.openOutput(backend.outputs().find((name) => name.includes('Affetto In'))!);
  clock.send([0xfa]);
  await pause(200);
  check(listener.events.length === 0, 'played before the first clock');
  let bpm = 120;
  let ticks = 0;
  let next = performance.now();
  const beats: number[] = [];
  while (ticks < 24 * 14) {
    // A tempo jump after 6 beats.
    if (ticks === 24 * 6) bpm = 150;
    while (performance.now() < next) await pause(Math.max(0, next - performance.now() - 1));
    if (ticks % 24 === 0) beats.push(performance.now());
    clock.send([0xf8]);
    ticks++;
    next += 60_000 / (24 * bpm);
  }
  const { clock: seen } = await midi.call('health');
  check(seen.state === 'arriving' && Math.abs(seen.bpm! - 150) < 3, `clock ${JSON.stringify(seen)}`);
  clock.send([0xfc]);
  await until('stop', () => state.transport === 'armed');
  await pause(200);
  const heard = listener.events.filter((event) => event.kind === 'Note on');
  // Four chords of four notes a beat; emulated time is coarse, so only gross errors show.
  const errors = beats.slice(1).map((beat, index) => heard[(index + 1) * 16].time - beat);
  const worst = Math.max(...errors.map(Math.abs));
  check(worst < 60, `a beat ${worst.toFixed(1)} ms off: ${errors.map((error) => error.toFixed(0))}`);
  check(Math.abs(heard.length - 14 * 16) <= 8, `${heard.length} notes in 14 beats of 16`);
  check(listener.hanging().length === 0, `hanging after Stop: ${listener.hanging()}`);
  clock.close();
  await listener.kill();
  await midi.call('stop');
  await midi.call('configure', { sync: 'alone', tempo: 'piece' });
});

test('arecordmidi records every note, velocity and pedal', async () => {
  const recorder = spawn('/bin/arecordmidi', ['-p', address('Affetto Out')!, '/tmp/recorded.mid'], {
    stdio: 'ignore',
  });
  await until('the recorder', () => (state.output.listeners ?? 0) > 0);
  await pause(500);
  notices.length = 0;
  const take = piece(4);
  await midi.call('load', { take });
  await midi.call('play', {});
  await until('the end of the piece', () => notices.some((notice) => notice.code === 'take-ended'), 30_000);
  await pause(300);
  const written = new Promise((resolve) => recorder.once('exit', resolve));
  recorder.kill('SIGINT');
  await written;
  const bytes = readFileSync('/tmp/recorded.mid');
  const { notes } = parseMidi(bytes, 'recorded');
  const told = (list: readonly { pitch: number; velocity: number }[]) =>
    list
      .map(({ pitch, velocity }) => `${pitch}/${velocity}`)
      .sort()
      .join(' ');
  check(told(notes) === told(take.bars.flatMap((bar) => bar.notes)), `${notes.length} notes: ${told(notes)}`);
  const pedal = fileMessages(bytes, 'recorded')!.messages.filter((message) => message.bytes[1] === 64);
  check(pedal.filter((message) => message.bytes[2] === 127).length === 4, `${pedal.length} pedals`);
  console.log(`ALSA notices arecordmidi has ${notes.length} notes and ${pedal.length} pedal events`);
});

test('midish leads: 120, 150 and 90 bpm, as it changes them', async () => {
  const listener = new Listener(address('Affetto Out')!);
  await pause(400);
  await midi.call('configure', { sync: 'follow', tempo: 'daw' });
  await midi.call('load', { take: piece(40) });
  await midi.call('play', {});
  const midish = spawn('/bin/midish', ['-b'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const say = (line: string) => midish.stdin!.write(`${line}\n`);
  say(`dnew 0 "${address('Affetto In')}" wo`);
  say('dclktx {0}');
  for (const [measure, bpm] of [
    [0, 120],
    [6, 150],
    [12, 90],
  ]) {
    say(`g ${measure}`);
    say(`t ${bpm}`);
  }
  // The song ends, and midish stops, with its last event.
  say('g 19');
  say('t 100');
  say('g 0');
  say('p');
  const seen: number[] = [];
  await until('Start', () => state.transport === 'playing');
  const began = performance.now();
  // Six bars of each: 12, 9.6 and 16 s.
  for (const [bpm, at] of [
    [120, 10_000],
    [150, 20_000],
    [90, 34_000],
  ]) {
    await pause(at - (performance.now() - began));
    const { clock } = await midi.call('health');
    seen.push(clock.bpm!);
    check(Math.abs(clock.bpm! / bpm - 1) < 0.01, `${clock.bpm} instead of ${bpm} bpm`);
  }
  await until('Stop', () => state.transport === 'armed');
  midish.kill();
  await pause(200);
  const onsets = listener.events.filter((event) => event.kind === 'Note on').map(({ time }) => time);
  const steps = onsets.filter((_, i) => i % 4 === 0);
  const apart = steps.slice(9).map((time, i) => time - steps[i + 8]);
  // A step is 100 ms at 150 bpm; emulated time is coarse.
  check(Math.min(...apart) > 50, `a burst: ${Math.min(...apart).toFixed(0)} ms apart`);
  check(listener.hanging().length === 0, `hanging after Stop: ${listener.hanging()}`);
  await listener.kill();
  await midi.call('stop');
  await midi.call('configure', { sync: 'alone', tempo: 'piece' });
  console.log(`ALSA notices midish was followed at ${seen.map((bpm) => bpm.toFixed(2)).join(', ')} bpm`);
});

test('a clock in buffers of 2048 frames, a pause, and all its ticks at once: no burst, none lost', async () => {
  const listener = new Listener(address('Affetto Out')!);
  await pause(400);
  await midi.call('configure', { sync: 'follow', tempo: 'daw' });
  await midi.call('load', { take: piece(16) });
  await midi.call('play', {});
  const backend = createEasymidiBackend();
  const clock = backend.openOutput(backend.outputs().find((name) => name.includes('Affetto In'))!);
  clock.send([0xfa]);
  const buffer = (1000 * 2048) / 44_100;
  const began = performance.now();
  let ticks = 0;
  for (let n = 0; ticks < 24 * 16; n++) {
    // Five buffers are held back in the ninth beat.
    if (n >= 90 && n < 95) continue;
    await pause(began + n * buffer - performance.now());
    for (; ticks < 24 * 16 && ticks * (60_000 / 24 / 120) < (n + 1) * buffer; ticks++) clock.send([0xf8]);
  }
  const { clock: seen } = await midi.call('health');
  check(Math.abs(seen.bpm! / 120 - 1) < 0.01, `clock ${JSON.stringify(seen)}`);
  clock.send([0xfc]);
  await until('stop', () => state.transport === 'armed');
  await pause(200);
  const heard = listener.events.filter((event) => event.kind === 'Note on');
  const steps = heard.filter((_, i) => i % 4 === 0).map(({ time }) => time);
  const apart = steps.slice(9).map((time, i) => time - steps[i + 8]);
  check(Math.min(...apart) > 50, `a burst: ${Math.min(...apart).toFixed(0)} ms apart`);
  check(Math.abs(heard.length - 16 * 16) <= 8, `${heard.length} notes in 16 beats of 16`);
  check(listener.hanging().length === 0, `hanging after Stop: ${listener.hanging()}`);
  clock.close();
  await listener.kill();
  await midi.call('stop');
  await midi.call('configure', { sync: 'alone', tempo: 'piece' });
});

test('two Affettos: a number apart, and each ends and connects again only its own', async () => {
  const other = startMidi('/app/out/node/midi.mjs');
  const { output } = await other.call('configure', {});
  check(output.name === 'Affetto Out 2', `the second is ${output.name}`);
  const mine = new Listener(address('Affetto Out')!);
  const theirs = new Listener(address('Affetto Out 2')!);
  const backend = createEasymidiBackend();
  const clock = backend.openOutput(backend.outputs().find((name) => /Affetto In \d+:/.test(name))!);
  await until('both listeners', () => (state.output.listeners ?? 0) > 0);
  for (const one of [midi, other]) {
    await one.call('load', { take: held });
    await one.call('play', {});
  }
  await until('held notes', () => mine.hanging().length === 4 && theirs.hanging().length === 4);
  // Connections are written down once a second.
  await pause(1500);
  notices.length = 0;
  process.kill(midi.pid!, 'SIGKILL');
  await until('silence', () => mine.hanging().length === 0);
  await until('the service to be back', () => notices.some((notice) => notice.code === 'rescued'));
  check(theirs.hanging().length === 4, `of the other were ended: ${theirs.hanging()}`);
  check(state.output.name === 'Affetto Out', `it came back as ${state.output.name}`);
  const heard = mine.events.length;
  await midi.call('testNote');
  await until('a note over the restored connection', () => mine.events.length > heard);
  clock.send([0xf8]);
  clock.send([0xf8]);
  let seen = 'none';
  await until('a clock over the restored connection', () => {
    void midi.call('health').then((health) => {
      seen = health.clock.state;
    });
    clock.send([0xf8]);
    return seen === 'arriving';
  });
  await other.quit();
  await until('silence of the other', () => theirs.hanging().length === 0);
  clock.close();
  await mine.kill();
  await theirs.kill();
});

test('a service that hangs is ended, with what sounds, and started again', async () => {
  const listener = await ownListener();
  await midi.call('load', { take: held });
  await midi.call('play', {});
  await until('held notes', () => listener.hanging().length === 4);
  notices.length = 0;
  process.kill(midi.pid!, 'SIGSTOP');
  await until('the service to be back', () => notices.some((notice) => notice.code === 'rescued'), 60_000);
  await until('silence', () => listener.hanging().length === 0);
  await listener.kill();
  await midi.call('configure', { output: { kind: 'auto' } });
});

test('a port that vanishes while playing is reopened when it is back', async () => {
  let listener = new Listener();
  await until('the listener', () => address('aseqdump') !== null);
  await midi.call('configure', { output: { kind: 'existing', name: 'aseqdump' } });
  check(state.output.state === 'open', `not open: ${JSON.stringify(state.output)}`);
  await midi.call('load', { take: piece(40) });
  await midi.call('play', {});
  await until('notes', () => listener.events.length > 50);
  await listener.kill();
  await until('the loss to be noticed', () => state.output.state === 'lost');
  check(state.transport === 'playing', 'the music stopped');
  listener = new Listener();
  await until('the port to be back', () => state.output.state === 'open');
  await until(
    'notes on the new port',
    () => listener.events.filter((event) => event.kind === 'Note on').length > 50,
  );
  await midi.call('stop');
  await pause(300);
  check(listener.hanging().length === 0, `hanging: ${listener.hanging()}`);
  await listener.kill();
});

test('panic silences, and a second press sends every note-off', async () => {
  const listener = await ownListener();
  await midi.call('load', { take: held });
  await midi.call('play', {});
  await until('held notes', () => listener.hanging().length === 4);
  check((await midi.call('panic')) === 1, 'not the first press');
  await until('silence', () => listener.hanging().length === 0);
  const channels = new Set(
    listener.events.filter((event) => event.one === 120).map((event) => event.channel),
  );
  check(channels.size === 16, `All Sound Off on ${channels.size} channels`);
  const before = listener.events.length;
  check((await midi.call('panic')) === 2, 'not the second press');
  const offs = () => listener.events.slice(before).filter((event) => event.kind === 'Note off').length;
  await until('2048 note-offs', () => offs() === 2048, 30_000);
  await listener.kill();
});

test('kill -9: notes on an existing port are ended by the watchdog', async () => {
  const listener = await ownListener();
  await midi.call('load', { take: held });
  await midi.call('play', {});
  await until('held notes', () => listener.hanging().length === 4);
  process.kill(midi.pid!, 'SIGKILL');
  await until('silence', () => listener.hanging().length === 0);
  await until('the service to be back', () => notices.some((notice) => notice.code === 'rescued'));
  check(state.output.state === 'open', `not open again: ${JSON.stringify(state.output)}`);
  await listener.kill();
});

test('kill -9 while a port is away and another is in use: its ends are sent when it is back', async () => {
  let listener = await ownListener();
  await midi.call('load', { take: held });
  await midi.call('play', {});
  await until('held notes', () => listener.hanging().length === 4);
  await listener.kill();
  await midi.call('configure', { output: { kind: 'auto' } });
  notices.length = 0;
  process.kill(midi.pid!, 'SIGKILL');
  await until('the service to be back', () => notices.some((notice) => notice.code === 'rescued'));
  check(state.output.name === 'Affetto Out', `not on our own port: ${JSON.stringify(state.output)}`);
  listener = new Listener();
  const ended = () => listener.events.filter((event) => event.kind === 'Note off').map((event) => event.one);
  await until('the ends', () => ended().length === 3);
  check(ended().sort().join() === '48,60,67', `ended ${ended()}`);
  check(
    listener.events.some((event) => event.one === 64 && event.two === 0),
    'the pedal is still down',
  );
  await listener.kill();
});

test('kill -9: listeners of our own port are silenced and connected again', async () => {
  await midi.call('configure', { output: { kind: 'auto' } });
  await until('our port', () => address('Affetto Out') !== null);
  const listener = new Listener(address('Affetto Out')!);
  await pause(500);
  await midi.call('load', { take: held });
  await midi.call('play', {});
  await until('held notes', () => listener.hanging().length === 4);
  // The service writes its listeners down once a second.
  await pause(1500);
  notices.length = 0;
  process.kill(midi.pid!, 'SIGKILL');
  await until('silence', () => listener.hanging().length === 0);
  await until('the service to be back', () => notices.some((notice) => notice.code === 'rescued'));
  await until('our port again', () => address('Affetto Out') !== null);
  const heard = listener.events.length;
  await midi.call('testNote');
  await until('a note over the restored connection', () =>
    listener.events.slice(heard).some((event) => event.kind === 'Note on'),
  );
  await until('its end', () => listener.hanging().length === 0);
  await listener.kill();
});

test('our ports are gone after quit', async () => {
  await midi.quit();
  check(address('Affetto Out') === null && address('Affetto In') === null, 'still listed');
});

const words = (process.env.AFFETTO_CHECKS ?? '').split(' ').filter(Boolean);
const chosen = checks.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
let failed = 0;
for (const { name, run } of chosen) {
  // Without ports nothing else can hold.
  if (failed > 0 && !state.status.available) break;
  const start = performance.now();
  try {
    await run();
    console.log(`ALSA ok ${name} (${Math.round(performance.now() - start)} ms)`);
  } catch (error) {
    failed++;
    if (failed === 1) console.log(`ALSA notices ${JSON.stringify(state.status)}`);
    console.log(`ALSA FAILED ${name}: ${(error as Error).message}`);
    console.log(`ALSA notices ${JSON.stringify(notices.slice(-5))}`);
    const { output, transport, settings } = state;
    console.log(`ALSA notices ${JSON.stringify({ output, transport, sync: settings.sync })}`);
  }
  notices.length = 0;
}
console.log(`ALSA done ${chosen.length - failed} of ${chosen.length}`);
process.exit(failed > 0 ? 1 : 0);
