import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';

/** Electron's quit as it is: a request that comes while it still asks 'will-quit' is forgotten. */
const electron = vi.hoisted(() => ({ app: null as unknown as EventEmitter & { quit(): void } }));
vi.mock('electron', () => electron);
let exits: number;

async function start(putDown: () => Promise<void>): Promise<void> {
  let asking = false;
  exits = 0;
  const app = Object.assign(new EventEmitter(), {
    quit: () => {
      if (asking) return;
      asking = true;
      let prevented = false;
      app.emit('will-quit', { preventDefault: () => (prevented = true) });
      // Promises that are settled go on before Electron is back.
      process.nextTick(async () => {
        for (let i = 0; i < 50; i++) await null;
        asking = false;
        if (!prevented) exits++;
      });
    },
  });
  electron.app = app;
  const { setupQuit } = await import('../../src/main/quit.ts');
  setupQuit(putDown);
}

beforeEach(() => vi.resetModules());

test('what ends at once, too, is followed by the end of the app', async () => {
  const putDown = vi.fn(async () => {});
  await start(putDown);
  electron.app.quit();
  await vi.waitFor(() => expect(exits).toBe(1));
  expect(putDown).toHaveBeenCalledTimes(1);
});

test('the app waits for what takes its time, and is asked only once', async () => {
  let done = () => {};
  await start(() => new Promise<void>((resolve) => (done = resolve)));
  electron.app.quit();
  await new Promise((resolve) => setTimeout(resolve, 50));
  electron.app.quit();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(exits).toBe(0);
  done();
  await vi.waitFor(() => expect(exits).toBe(1));
});

test('what fails or never ends does not keep it open', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  await start(() => Promise.reject(new Error('no')));
  electron.app.quit();
  await vi.waitFor(() => expect(exits).toBe(1));
  expect(error).toHaveBeenCalled();
  error.mockRestore();
  vi.resetModules();
  await start(() => new Promise(() => {}));
  electron.app.quit();
  await vi.waitFor(() => expect(exits).toBe(1), 6000);
});
