import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Listener } from '../../src/host/listener.ts';
import type { FromService, InferenceLine, ToService } from '../../src/services/inference/protocol.ts';

/** A process that answers when the test says so. */
class Process {
  readonly asked: { id: number; request: string }[] = [];
  ended = false;
  say: (message: FromService) => void = () => {};
  readonly #gone: ((clean: boolean) => void)[] = [];
  readonly line: InferenceLine = {
    pid: undefined,
    send: (message) => {
      if ('beat' in message) this.say(message as never);
      if ('request' in message) this.asked.push(message as ToService & { request: string });
    },
    onMessage: (listener) => {
      this.say = listener;
    },
    onExit: (listener) => void this.#gone.push(listener),
    kill: () => {
      this.ended = true;
      for (const listener of this.#gone) listener(false);
    },
  };
}

let processes: Process[];
let listener: Listener;
beforeEach(() => {
  vi.useFakeTimers();
  processes = [];
  listener = new Listener(() => {
    processes.push(new Process());
    return processes[processes.length - 1].line;
  });
});
afterEach(() => void vi.useRealTimers());
const file = { fileName: 'x.mid', base64: 'AAAA' };

test('starts with the first file, needs no model, and goes when it has been idle', async () => {
  expect(processes).toHaveLength(0);
  const reading = listener.request('import', file);
  expect(processes[0].asked.map(({ request }) => request)).toEqual(['import']);
  processes[0].say({ id: processes[0].asked[0].id, result: 'read' });
  expect(await reading).toBe('read');
  vi.advanceTimersByTime(59_000);
  expect(processes[0].ended).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(processes[0].ended).toBe(true);
});

test('what is cancelled ends at once and says so; the next file is read by another process', async () => {
  const reading = listener.request('import', file);
  listener.cancel();
  await expect(reading).rejects.toThrow('Reading was cancelled.');
  expect(processes[0].ended).toBe(true);
  const next = listener.request('import', file);
  processes[1].say({ id: processes[1].asked[0].id, result: 'read' });
  expect(await next).toBe('read');
});
