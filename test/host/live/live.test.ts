import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Events } from '../../../src/contract/contract.ts';
import { NEW_ASK } from '../../../src/contract/document.ts';
import type { LiveBar, LiveState } from '../../../src/contract/live.ts';
import { LiveController } from '../../../src/host/live/live-controller.ts';
import { GRACE_MS, Presence } from '../../../src/host/live/presence.ts';
import type { MidiLink } from '../../../src/host/midi-link.ts';
import { InferenceClient } from '../../../src/services/inference/client.ts';
import type { FromService, LiveBarRequest, ToService } from '../../../src/services/inference/protocol.ts';
import type { BarSource, MidiState } from '../../../src/services/midi/protocol.ts';
import { DEFAULT_SETTINGS } from '../../../src/services/midi/settings.ts';
import type { Beat, ProcessLink } from '../../../src/services/process/link.ts';

/** An inference process that writes a bar in 30 ms: one note, its velocity tells the valence. */
class Writer implements ProcessLink<ToService | Beat, FromService | Beat> {
  readonly pid = undefined;
  readonly opened: { seed: number; key: unknown; valence: number }[] = [];
  readonly asked: LiveBarRequest[] = [];
  closed = 0;
  silent = false;
  #say: (message: FromService | Beat) => void = () => {};
  #die: () => void = () => {};
  send(message: ToService | Beat): void {
    if ('beat' in message) this.#say(message);
    if (!('request' in message)) return;
    const { id, request, params } = message;
    const answer = (result: unknown) => setTimeout(() => !this.silent && this.#say({ id, result }), 30);
    if (request === 'live.open') {
      const { seed, key, ask } = params as { seed: number; key: unknown; ask: typeof NEW_ASK };
      this.opened.push({ seed, key, valence: ask.emotion.valence });
      answer({ key: key ?? { tonic: 2, mode: 'minor' }, model: 'fake' });
    } else if (request === 'live.bar') {
      const asked = params as LiveBarRequest;
      this.asked.push(asked);
      const velocity = 64 + Math.round(asked.emotion.valence * 50);
      const notes = [{ step: 0, pitch: 60 + (asked.bar % 12), duration: 4, velocity }];
      answer({ beats: 4, notes, tempos: [{ beat: 0, bpm: 120 }], chords: [{ beat: 0, chord: null }] });
    } else {
      if (request === 'live.close') this.closed++;
      answer({});
    }
  }
  onMessage(listener: (message: FromService | Beat) => void): void {
    this.#say = listener;
  }
  onExit(listener: (clean: boolean) => void): void {
    const before = this.#die;
    this.#die = () => {
      before();
      listener(false);
    };
  }
  kill(): void {
    this.silent = true;
    this.#die();
  }
}

/** A MIDI process that notes what it is told. */
class Midi implements MidiLink {
  readonly calls: string[] = [];
  readonly settings = DEFAULT_SETTINGS;
  source: BarSource | null = null;
  broken = false;
  state: MidiState;
  constructor(available: boolean) {
    const status = available
      ? { available, virtualPorts: true }
      : { available, reason: 'no ALSA', advice: 'load it' };
    this.state = { status, settings: DEFAULT_SETTINGS, transport: 'stopped', source: 'none' } as MidiState;
  }
  async call(name: string): Promise<unknown> {
    this.calls.push(name);
    if (this.broken) throw new Error('MIDI was interrupted.');
    if (name === 'play') this.state = { ...this.state, transport: 'playing', source: 'live' };
    if (name === 'stop') this.state = { ...this.state, transport: 'stopped' };
    return {};
  }
  async load(): Promise<void> {}
  async serve(source: BarSource): Promise<void> {
    this.calls.push('serve');
    this.source = source;
  }
  release(source: BarSource): void {
    this.calls.push('release');
    expect(source).toBe(this.source);
  }
  async dispose(): Promise<void> {}
}

function build(available = false) {
  const writers: Writer[] = [];
  const events: { name: string; payload: unknown }[] = [];
  const midi = new Midi(available);
  const controller: LiveController = new LiveController(
    { engine: () => engine, midi: () => midi },
    (name, payload) => events.push({ name, payload }),
  );
  const engine: InferenceClient = new InferenceClient(
    () => {
      writers.push(new Writer());
      return writers[writers.length - 1];
    },
    { engine: 'auto', model: 'affetto' },
    (state) => controller.hearEngine(state),
  );
  const of = <N extends keyof Events>(name: N) =>
    events.filter((event) => event.name === name).map((event) => event.payload as Events[N]);
  return {
    controller,
    writers,
    midi,
    states: (): LiveState[] => of('live.state'),
    bars: (): LiveBar[] => of('live.bar'),
    positions: () => of('live.position'),
  };
}
const glad = { valence: 0.8, arousal: 0.4 };
const sad = { valence: -0.8, arousal: -0.4 };
const params = { ask: { ...NEW_ASK, emotion: glad }, seed: 7 };
const conditions = { ...glad, intensity: 0.5 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
async function started(live: ReturnType<typeof build>, ms = 1000) {
  const start = live.controller.start(params);
  await pass(ms);
  await start;
}

describe('live without MIDI', () => {
  test('plays by the host’s clock: bars ahead of the position, in order', async () => {
    const live = build();
    await started(live, 4600);
    expect(live.states().map(({ phase }) => phase)).toEqual(['starting', 'starting', 'playing']);
    expect(live.states()[2]).toMatchObject({ key: { tonic: 2, mode: 'minor' }, seed: 7, model: 'fake' });
    expect(live.bars().map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    const last = live.positions().at(-1)!;
    expect([last.bar, last.bpm]).toEqual([2, 120]);
    expect(live.midi.calls).toEqual([]);
    await live.controller.stop();
  });

  test('a moved emotion is in the next bar line’s bar, and the bars ahead are written again', async () => {
    const live = build();
    await started(live, 2500);
    const before = live.bars().length;
    live.controller.feel({ emotion: sad, intensity: 1 });
    await pass(200);
    const again = live.bars().slice(before);
    expect(again.map(({ index }) => index)).toEqual([2, 3]);
    expect(again.map(({ bar, emotion }) => [bar.notes[0].velocity, emotion])).toEqual([[24, sad], [24, sad]]); // biome-ignore format: short
    await live.controller.stop();
  });

  test('stops: the engine forgets it, and nothing is told any more', async () => {
    const live = build();
    await started(live);
    await live.controller.stop();
    const told = live.positions().length;
    await pass(3000);
    expect(live.states().at(-1)!.phase).toBe('off');
    expect([live.writers[0].closed, live.positions().length, live.controller.snapshot]).toEqual([
      1,
      told,
      null,
    ]);
  });

  test('a lost engine: it is said, another one goes on in the same key, no bar is skipped', async () => {
    const live = build();
    await started(live, 2500);
    live.writers[0].kill();
    expect(live.states().at(-1)).toMatchObject({
      phase: 'recovering',
      message: expect.stringMatching(/starting again/),
    });
    await pass(8000);
    expect(live.states().at(-1)).toMatchObject({ phase: 'playing', message: '', behind: false });
    expect(live.writers[1].opened).toEqual([{ seed: 8, key: { tonic: 2, mode: 'minor' }, valence: 0.8 }]);
    const indices = live.bars().map(({ index }) => index);
    expect(indices).toEqual([...indices.keys()]);
    expect(live.writers[1].asked[0].bar).toBe(0);
    await live.controller.stop();
  });

  test('an engine that stands still is said, and when it comes back the music goes on as before', async () => {
    const live = build();
    await started(live);
    const ready = { engine: 'simd', reason: '', model: 'affetto', message: '' };
    live.controller.hearEngine({ ...ready, state: 'restarting' });
    expect(live.states().at(-1)).toMatchObject({ phase: 'recovering' });
    live.controller.hearEngine({ ...ready, state: 'ready' });
    expect(live.states().at(-1)).toMatchObject({ phase: 'playing', message: '' });
  });

  test('an engine that writes too slowly is said to be behind, and that it caught up', async () => {
    const live = build();
    await started(live, 1000);
    live.writers[0].silent = true;
    await pass(7000);
    expect(live.states().at(-1)).toMatchObject({ behind: true, message: expect.stringMatching(/repeated/) });
    expect(live.positions().at(-1)!.repeating).toBe(true);
    live.writers[0].silent = false;
    live.writers[0].kill();
    await pass(6000);
    expect(live.states().at(-1)).toMatchObject({ phase: 'playing', behind: false, message: '' });
    await live.controller.stop();
  });

  test('a window that is loaded later finds the last 64 bars', async () => {
    const live = build();
    await started(live, 160_000);
    const { state, bars } = live.controller.snapshot!;
    expect(state.phase).toBe('playing');
    expect(bars).toHaveLength(64);
    expect(bars[63].index - bars[0].index).toBe(63);
    await live.controller.stop();
  });

  test('ends a while after the last window has gone, and not when one comes back', async () => {
    const live = build();
    const presence = new Presence(() => void live.controller.unattended());
    await started(live);
    presence.count(0);
    await pass(GRACE_MS - 500);
    presence.count(1);
    await pass(GRACE_MS);
    expect(live.states().at(-1)!.phase).toBe('playing');
    presence.count(0);
    await pass(GRACE_MS + 10);
    expect(live.states().at(-1)).toMatchObject({ phase: 'off', message: expect.stringMatching(/no window/) });
    expect([live.writers[0].closed, live.controller.snapshot]).toEqual([1, null]);
  });

  test('a start that was stopped meanwhile never plays', async () => {
    const live = build();
    const start = live.controller.start(params);
    await pass(10);
    await live.controller.stop();
    await pass(3000);
    expect((await start).phase).toBe('off');
    expect([live.bars(), live.positions()]).toEqual([[], []]);
  });
});

describe('live with MIDI', () => {
  test('is served to the MIDI process, which is told of the emotion', async () => {
    const live = build(true);
    await started(live);
    expect(live.midi.calls).toEqual(['loop', 'emotion', 'serve', 'emotion', 'play']);
    const bar = live.midi.source!.nextBar({ bar: 0, conditions });
    await pass(50);
    expect((await bar)!.notes).toEqual([{ beat: 0, length: 1, pitch: 60, velocity: 104, voice: 'melody' }]);
    expect(live.bars()).toHaveLength(1);
    live.controller.feel({ emotion: sad, intensity: 2 });
    expect(live.midi.calls.at(-1)).toBe('emotion');
    await live.controller.stop();
    expect(live.midi.calls.slice(-2)).toEqual(['release', 'stop']);
    expect(await live.midi.source!.nextBar({ bar: 1, conditions })).toBeNull();
  });

  test('plays on without a window: a port can be heard without one', async () => {
    const live = build(true);
    await started(live);
    await live.controller.unattended();
    expect(live.controller.snapshot).not.toBeNull();
    await live.controller.stop();
  });

  test('a MIDI process that was killed and rescued plays on, with the next bars', async () => {
    const live = build(true);
    await started(live);
    for (let i = 0; i < 14; i++) {
      const bar = live.midi.source!.nextBar({ bar: i, conditions });
      await pass(40);
      await bar;
    }
    const first = live.midi.source!.nextBar({ bar: 0, conditions });
    await pass(40);
    await first;
    expect(live.bars().at(-1)!.index).toBe(14);
    const notice = { level: 'warning', code: 'rescued', text: '' };
    live.controller.hearMidi({ name: 'notice', value: notice });
    await pass(10);
    expect(live.midi.calls.at(-1)).toBe('play');
    live.controller.hearMidi({ name: 'position', value: { bar: 0, beat: 0.5 } });
    expect(live.positions().at(-1)!.bar).toBe(14);
    await live.controller.stop();
  });

  test('one that is gone for good leaves the music to the host’s clock', async () => {
    const live = build(true);
    await started(live);
    live.midi.broken = true;
    live.controller.hearMidi({ name: 'notice', value: { level: 'error', code: 'rescued', text: '' } });
    await pass(3000);
    expect(live.states().at(-1)!.phase).toBe('playing');
    expect(live.positions().length).toBeGreaterThan(10);
    await live.controller.stop();
  });

  test('panic by a controller ends it; a player that somebody stopped, too', async () => {
    const live = build(true);
    await started(live);
    live.controller.hearMidi({ name: 'control', value: { target: 'panic', value: 1 } });
    await pass(10);
    expect(live.states().at(-1)!.phase).toBe('off');
    await started(live);
    live.controller.hearMidi({ name: 'state', value: { ...live.midi.state, transport: 'stopped' } });
    await pass(2000);
    expect(live.states().at(-1)).toMatchObject({ phase: 'off', message: 'The player was stopped.' });
  });
});
