import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineState } from '../../../src/contract/contract.ts';
import { NEW_ASK } from '../../../src/contract/document.ts';
import { Jobs } from '../../../src/host/jobs.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { InferenceClient } from '../../../src/services/inference/client.ts';
import { keepOriginal } from '../../../src/services/inference/keep-original.ts';
import type { FromService, ToService } from '../../../src/services/inference/protocol.ts';
import type { Beat, ProcessLink } from '../../../src/services/process/link.ts';

/** A process that the test plays. */
class FakeProcess implements ProcessLink<ToService | Beat, FromService | Beat> {
  readonly pid = undefined;
  readonly sent: (ToService | Beat)[] = [];
  /** Answers the beats. */
  alive = true;
  say: (message: FromService | Beat) => void = () => {};
  die: () => void = () => {};
  send(message: ToService | Beat): void {
    if (!('beat' in message)) this.sent.push(message);
    else if (this.alive) this.say(message);
  }
  onMessage(listener: (message: FromService | Beat) => void): void {
    this.say = listener;
  }
  onExit(listener: (clean: boolean) => void): void {
    const { die } = this;
    this.die = () => {
      die();
      listener(false);
    };
  }
  kill(): void {
    this.die();
  }
}

function start() {
  const processes: FakeProcess[] = [];
  const states: EngineState[] = [];
  const spawn = () => {
    const process = new FakeProcess();
    processes.push(process);
    return process;
  };
  const client = new InferenceClient(spawn, { engine: 'auto', model: 'affetto' }, (state) =>
    states.push(state),
  );
  return { client, processes, states };
}
const READY: EngineState = { state: 'ready', engine: 'simd', reason: '', model: 'affetto', message: '' };
const piece: Piece = { key: { tonic: 0, mode: 'major' }, barBeats: [4], notes: [], tempos: [], chords: [] };

describe('the line to the inference process', () => {
  test('answers find their requests, whatever their order', async () => {
    const { client, processes } = start();
    const one = client.request('recognise', { piece });
    const two = client.request('recognise', { piece });
    processes[0].say({ id: two.id, result: 'two' });
    processes[0].say({ id: one.id, result: 'one' });
    expect(await Promise.all([one.done, two.done])).toEqual(['one', 'two']);
  });

  test('a refusal keeps whose fault it was', async () => {
    const { client, processes } = start();
    const { id, done } = client.request('recognise', { piece });
    processes[0].say({ id, error: { message: 'too little music', kind: 'input' } });
    await expect(done).rejects.toMatchObject({ message: 'too little music', kind: 'input' });
  });

  test('a killed process is said, started again with its settings, and what was under way is done once more', async () => {
    const { client, processes, states } = start();
    const one = client.request('recognise', { piece });
    const two = client.request('transfer', { piece, sources: {} });
    client.cancel(two.id);
    processes[0].die();
    expect(states.map(({ state }) => state)).toEqual(['restarting']);
    expect(processes).toHaveLength(2);
    expect(processes[1].sent).toMatchObject([
      { request: 'configure', params: { engine: 'auto', model: 'affetto' } },
      { id: one.id, request: 'recognise', params: { piece } },
      { id: two.id, request: 'transfer' },
      { id: two.id, cancel: true },
    ]);
    processes[1].say({ id: one.id, result: 'heard' });
    expect(await one.done).toBe('heard');
  });

  test('a request over which two processes were lost fails with a plain message', async () => {
    const { client, processes } = start();
    const { done } = client.request('recognise', { piece });
    processes[0].die();
    processes[1].die();
    await expect(done).rejects.toThrow(/Nothing of yours is lost/);
    expect(processes[2].sent).toMatchObject([{ request: 'configure' }]);
  });

  test('what belongs to a state of the lost process is not asked of another', async () => {
    const { client, processes } = start();
    const { done } = client.request('live.close', {});
    processes[0].die();
    await expect(done).rejects.toThrow(/stopped in the middle/);
  });

  test('a generation goes on with the takes that had not come, of the same seeds', async () => {
    const { client, processes } = start();
    const told: { name: string; payload: unknown }[] = [];
    const jobs = new Jobs(client, (name, payload) => told.push({ name, payload }));
    const request = {
      projectId: 'song',
      ask: { ...NEW_ASK, takes: 3 },
      bars: [],
      seed: 2 ** 32 - 1,
      base: null,
    };
    jobs.start(request);
    const { id } = processes[0].sent.at(-1) as { id: number };
    const take = { index: 0, seed: request.seed, piece, heard: null, model: 'affetto' };
    processes[0].say({ id, take });
    processes[0].die();
    expect(processes[1].sent.at(-1)).toMatchObject({ id, params: { seed: 0, ask: { takes: 2 } } });
    processes[1].say({ id, take: { ...take, seed: 0 } });
    processes[1].say({ id, take: { ...take, index: 1, seed: 1 } });
    processes[1].say({ id, result: { cancelled: false } });
    await vi.waitFor(() =>
      expect(told.at(-1)).toMatchObject({ name: 'generate.end', payload: { state: 'done' } }),
    );
    expect(jobs.of('song')[0].takes.map(({ index, seed }) => [index, seed])).toEqual([
      [0, 2 ** 32 - 1],
      [1, 0],
      [2, 1],
    ]);
  });

  describe('one that stands still', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());
    const seconds = (count: number) => vi.advanceTimersByTime(count * 1000);
    function configured() {
      const all = start();
      const [process] = all.processes;
      process.say({ beat: 0 });
      process.say({ id: (process.sent[0] as { id: number }).id, result: {} });
      process.say({ state: READY });
      return { ...all, process };
    }

    test('is told within five seconds, and replaced within ten; its work is taken up again', async () => {
      const { client, process, processes, states } = configured();
      const { id, done } = client.request('recognise', { piece });
      seconds(60);
      expect(states.map(({ state }) => state)).toEqual(['ready']);
      process.alive = false;
      seconds(5);
      expect(states.at(-1)).toMatchObject({
        state: 'restarting',
        message: expect.stringMatching(/not answer/),
      });
      expect(processes).toHaveLength(1);
      seconds(5);
      expect(processes).toHaveLength(2);
      expect(states.at(-1)?.message).toMatch(/starting again.*done once more/);
      processes[1].say({ id, result: 'heard' });
      expect(await done).toBe('heard');
      seconds(60);
      expect(processes).toHaveLength(2);
    });

    test('and comes back in time is left alone, and its state told as before', () => {
      const { process, processes, states } = configured();
      process.alive = false;
      seconds(5);
      process.alive = true;
      process.say({ beat: 61 });
      seconds(2);
      expect(states.map(({ state }) => state)).toEqual(['ready', 'restarting', 'ready']);
      expect(processes).toHaveLength(1);
    });

    test('while it reads its weights is given time', () => {
      const { processes, states } = start();
      processes[0].say({ beat: 0 });
      processes[0].alive = false;
      seconds(30);
      expect([processes.length, states.length]).toEqual([1, 0]);
      seconds(60);
      expect(processes).toHaveLength(2);
    });

    test('while it listens to a large file is given time', () => {
      const { client, process, processes, states } = configured();
      void client.request('import', { fileName: 'x.mid', base64: 'A'.repeat(200_000) }).done.catch(() => {});
      process.alive = false;
      seconds(30);
      expect(states.at(-1)?.message).toMatch(/not answer/);
      expect(processes).toHaveLength(1);
    });

    test('a restart ends it at once, and what was under way', async () => {
      const { client, process, processes } = configured();
      process.alive = false;
      const { done } = client.request('recognise', { piece });
      client.restart();
      expect(processes).toHaveLength(2);
      await expect(done).rejects.toThrow(/stopped in the middle/);
    });
  });

  test('a process that dies at once, again and again, is left alone until it is asked for', () => {
    const { client, processes, states } = start();
    for (let i = 0; i < 3; i++) processes[processes.length - 1].die();
    expect(processes).toHaveLength(3);
    expect(states[states.length - 1].state).toBe('failed');
    client.restart();
    expect(processes).toHaveLength(4);
  });

  test('cancelling tells the process, and what is done is not cancelled', async () => {
    const { client, processes } = start();
    const { id, done } = client.request('recognise', { piece });
    client.cancel(id);
    expect(processes[0].sent[processes[0].sent.length - 1]).toEqual({ id, cancel: true });
    processes[0].say({ id, result: 1 });
    await done;
    const count = processes[0].sent.length;
    client.cancel(id);
    expect(processes[0].sent).toHaveLength(count);
  });
});

describe('keeping what is not renewed', () => {
  const original: Piece = {
    key: { tonic: 0, mode: 'major' },
    barBeats: [4, 4],
    notes: [
      { step: 0, pitch: 60, duration: 3, velocity: 65, offset: 0.2 },
      { step: 16, pitch: 62, duration: 5, velocity: 66, offset: -0.1 },
    ],
    tempos: [{ beat: 0, bpm: 101.5 }],
    chords: [{ beat: 0, chord: { root: 0, quality: 'maj' } }],
    pedal: [{ startStep: 0, endStep: 8 }],
  };
  const written: Piece = {
    ...original,
    notes: [
      { step: 0, pitch: 60, duration: 1, velocity: 10 },
      { step: 16, pitch: 62, duration: 1, velocity: 100 },
    ],
    tempos: [{ beat: 0, bpm: 80 }],
    pedal: undefined,
  };

  test('a renewed velocity leaves time, length, timing and pedal as they were', () => {
    const { notes, pedal, tempos } = keepOriginal(original, written, {
      renew: new Set(['velocity']),
      fromBar: 1,
      toBar: 2,
    });
    expect(notes).toEqual([original.notes[0], { ...original.notes[1], velocity: 100 }]);
    expect(pedal).toEqual(original.pedal);
    expect(tempos).toEqual(original.tempos);
  });

  test('a renewed pitch leaves length, touch and timing of as many notes as there were', () => {
    const moved = { ...written, notes: [{ ...written.notes[0], pitch: 57 }, written.notes[1]] };
    const where = { renew: new Set(['pitch'] as const), fromBar: 0, toBar: 1 };
    expect(keepOriginal(original, moved, where).notes).toEqual([
      { ...original.notes[0], pitch: 57 },
      original.notes[1],
    ]);
    const more = { ...moved, notes: [...moved.notes, { step: 0, pitch: 60, duration: 1, velocity: 10 }] };
    expect(keepOriginal(original, more, where).notes).toEqual([
      moved.notes[0],
      original.notes[0],
      original.notes[1],
    ]);
  });

  test('a renewed tempo holds in its bars only', () => {
    const { notes, tempos } = keepOriginal(original, written, {
      renew: new Set(['tempo']),
      fromBar: 0,
      toBar: 1,
    });
    expect(notes).toEqual(original.notes);
    expect(tempos).toEqual([
      { beat: 0, bpm: 80 },
      { beat: 4, bpm: 101.5 },
    ]);
  });

  test('a renewed rhythm replaces the notes of its bars', () => {
    const { notes } = keepOriginal(original, written, {
      renew: new Set(['barBeat', 'pitch', 'type', 'duration', 'velocity']),
      fromBar: 1,
      toBar: 2,
    });
    expect(notes).toEqual([original.notes[0], written.notes[1]]);
  });
});
