import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWireBackend } from '../../../src/services/midi/ports/wire-backend.ts';
import type { Bar, BarSource, OutputChoice, Take } from '../../../src/services/midi/protocol.ts';
import { MidiWatchdog } from '../../../src/services/midi/recovery/watchdog.ts';
import { forkService } from '../../../src/services/process/link.ts';
import { hanging, randomFrom } from './helpers.ts';

export interface SoakResult {
  readonly actions: Record<string, number>;
  readonly messages: number;
  readonly notes: number;
  /** Notes or pedals left sounding on any port. */
  readonly hanging: string[];
  /** Notes that did not come though nothing had disturbed the music. */
  readonly lost: string[];
  /** Messages with a time before that of the message before, or a note struck twice without an end. */
  readonly disorder: string[];
}

/** Notes in each bar; their pitch tells their place, so that a gap shows. */
const NOTES = 16;
const FIRST_PITCH = 40;

function bar(index: number): Bar {
  const notes = Array.from({ length: NOTES }, (_, i) => ({
    beat: i / 4,
    // Some ring over the bar line and over notes of the same pitch.
    length: i % 5 === 0 ? 1.5 : 0.2,
    pitch: FIRST_PITCH + i,
    velocity: 1 + (index % 127),
  }));
  return { beats: 4, notes, pedal: [{ beat: 0.5, down: true }, { beat: 3.75, down: false }] }; // biome-ignore format: short
}

function take(id: string, bars: number): Take {
  return { id, name: id, bars: Array.from({ length: bars }, (_, index) => bar(index)) };
}

/** A generator of uneven speed: sometimes it falls behind. */
function slowSource(random: () => number): BarSource {
  return {
    nextBar: async (request) => {
      await new Promise((resolve) => setTimeout(resolve, random() < 0.1 ? 1500 : 30 + random() * 100));
      return bar(request.bar);
    },
  };
}

/**
 * Streams for `seconds` through a real MIDI process whose ports are files, while everything happens to it that can: stops,
 * seeks, swaps, loops, ports that vanish, panic, kill -9, kill -STOP. Then looks at every message that any port received.
 */
export async function soak(script: string, seconds: number, seed: number): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'affetto-soak-'));
  const random = randomFrom(seed);
  const plug = (name: string) => writeFileSync(join(folder, `${name}.port`), '');
  for (const name of ['one', 'two']) plug(name);
  const midi = new MidiWatchdog({
    start: (environment) =>
      forkService(script, { environment: { ...environment, AFFETTO_MIDI_WIRE: folder } }),
    backend: async () => createWireBackend(folder),
  });
  midi.on('notice', ({ code }) => {
    if (code === 'rescued') revived();
  });
  let revived = () => {};
  const mark = (what: string) => {
    for (const name of ['one', 'two', 'Affetto Out'])
      appendFileSync(join(folder, `${name}.wire`), `# ${what}\n`);
  };
  const actions: Record<string, number> = {};
  const play = () => midi.call('play', {});
  const outputs: OutputChoice[] = [
    { kind: 'auto' },
    { kind: 'existing', name: 'one' },
    { kind: 'existing', name: 'two' },
  ];
  let away: string | null = null;

  const end = (signal: 'SIGKILL' | 'SIGSTOP') => {
    const alive = new Promise<void>((resolve) => {
      revived = resolve;
    });
    process.kill(midi.pid!, signal);
    return alive;
  };

  /** Disturbing ones are marked, so that the gap they leave is no loss. */
  const all: { name: string; weight: number; disturbs: boolean; run: () => Promise<unknown> }[] = [
    { name: 'swap', weight: 4, disturbs: false, run: () => midi.call('load', { take: take(`t${random()}`, 8), from: random() < 0.5 ? 'start' : 'same-bar' }) },
    { name: 'loop', weight: 2, disturbs: false, run: () => midi.call('loop', random() < 0.4 ? null : { startBar: Math.floor(random() * 4), bars: 1 + Math.floor(random() * 3) }) },
    { name: 'emotion', weight: 3, disturbs: false, run: () => midi.call('emotion', { valence: random(), arousal: random(), intensity: 1 }) },
    { name: 'live', weight: 1, disturbs: false, run: () => midi.serve(slowSource(random)) },
    { name: 'seek', weight: 2, disturbs: true, run: () => midi.call('seek', { beat: random() * 24 }) },
    { name: 'stop', weight: 2, disturbs: true, run: () => midi.call('stop') },
    { name: 'panic', weight: 1, disturbs: true, run: () => midi.call('panic') },
    { name: 'port', weight: 1, disturbs: true, run: () => midi.call('configure', { output: outputs[Math.floor(random() * 3)] }) },
    {
      name: 'unplug', weight: 1, disturbs: true,
      run: async () => {
        away ??= random() < 0.5 ? 'one' : 'two';
        rmSync(join(folder, `${away}.port`), { force: true });
      },
    },
    { name: 'kill', weight: 0.4, disturbs: true, run: () => end('SIGKILL') },
    // It stands still until the watchdog ends it.
    { name: 'hang', weight: 0.2, disturbs: true, run: () => end('SIGSTOP') },
  ]; // biome-ignore format: a table

  await midi.call('configure', { tempo: 'daw', bpm: 300 });
  await midi.call('load', { take: take('first', 8) });
  const until = performance.now() + seconds * 1000;
  const kills: number[] = [];
  while (performance.now() < until) {
    const action = draw(all, random);
    // The watchdog gives up after four deaths a minute, as it should.
    const isDeath = action.name === 'kill' || action.name === 'hang';
    if (isDeath && kills.filter((time) => performance.now() - time < 61_000).length >= 3) continue;
    if (isDeath) kills.push(performance.now());
    if (action.disturbs) mark(action.name);
    await action.run();
    actions[action.name] = (actions[action.name] ?? 0) + 1;
    if (action.disturbs) mark(action.name);
    if ((await midi.call('state')).transport === 'stopped') {
      mark('play');
      if ((await midi.call('state')).source === 'none') await midi.call('load', { take: take('again', 8) });
      await play();
    }
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 700));
    if (away && random() < 0.6) {
      mark('replug');
      plug(away);
      away = null;
    }
  }
  // What was left on a port that is away is ended when it is back.
  if (away) plug(away);
  mark('end');
  for (const output of outputs.slice(1)) {
    await midi.call('configure', { output });
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  await midi.quit();
  const result = judge(folder, actions);
  rmSync(folder, { recursive: true });
  return result;
}

/** One of them, by weight. */
function draw<T extends { weight: number }>(all: readonly T[], random: () => number): T {
  let left = random() * all.reduce((sum, { weight }) => sum + weight, 0);
  for (const one of all) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return all[all.length - 1];
}

function judge(folder: string, actions: Record<string, number>): SoakResult {
  const found = {
    actions,
    messages: 0,
    notes: 0,
    hanging: [] as string[],
    lost: [] as string[],
    disorder: [] as string[],
  };
  for (const name of ['one', 'two', 'Affetto Out']) {
    const file = join(folder, `${name}.wire`);
    if (!existsSync(file)) continue;
    const messages: number[][] = [];
    let disturbed = true;
    let last = -1;
    let time = 0;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line.startsWith('#')) disturbed = true;
      if (line === '' || line.startsWith('#')) continue;
      const [stamp, ...hex] = line.split(' ');
      const message = hex.map((byte) => Number.parseInt(byte, 16));
      if (Number(stamp) < time) found.disorder.push(`${name}: ${line} before ${time}`);
      time = Number(stamp);
      if (message[0] === 0x90) {
        const place = message[1] - FIRST_PITCH;
        found.notes++;
        if (!disturbed && place !== (last + 1) % NOTES)
          found.lost.push(`${name}: ${place} after ${last} at ${stamp}`);
        if (hanging(messages.slice(-400)).includes(`0/${message[1]}`))
          found.disorder.push(`${name}: ${line} struck twice`);
        last = place;
        disturbed = false;
      }
      messages.push(message);
    }
    found.messages += messages.length;
    found.hanging.push(...hanging(messages).map((what) => `${name}: ${what}`));
  }
  return found;
}
