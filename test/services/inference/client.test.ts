import { describe, expect, test } from 'vitest';
import type { EngineState } from '../../../src/contract/contract.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { InferenceClient } from '../../../src/services/inference/client.ts';
import { keepOriginal } from '../../../src/services/inference/keep-original.ts';
import type { FromService, ServiceProcess, ToService } from '../../../src/services/inference/protocol.ts';

/** A process that the test plays. */
class FakeProcess implements ServiceProcess {
  readonly sent: ToService[] = [];
  say: (message: FromService) => void = () => {};
  die: () => void = () => {};
  send(message: ToService): void {
    this.sent.push(message);
  }
  onMessage(listener: (message: FromService) => void): void {
    this.say = listener;
  }
  onExit(listener: () => void): void {
    this.die = listener;
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

  test('a killed process fails what was under way, is said, and starts again with its settings', async () => {
    const { client, processes, states } = start();
    const { done } = client.request('recognise', { piece });
    processes[0].die();
    await expect(done).rejects.toThrow(/Nothing of yours is lost/);
    expect(states.map(({ state }) => state)).toEqual(['restarting']);
    expect(processes).toHaveLength(2);
    expect(processes[1].sent[0]).toMatchObject({
      request: 'configure',
      params: { engine: 'auto', model: 'affetto' },
    });
    const again = client.request('recognise', { piece });
    processes[1].say({ id: again.id, result: 'heard' });
    expect(await again.done).toBe('heard');
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
