import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CALLS } from '../../src/contract/contract.ts';
import { createServices, type Services } from '../../src/host/services.ts';
import { setupCalls } from '../../src/main/calls.ts';
import { startWebHost, type WebHost } from '../../src/web/server.ts';
import { fakeShell } from '../host/fake-shell.ts';
import { Dice, mutated, PATIENCE, tell, times } from './attack.ts';
import { SAMPLES } from './samples.ts';

type Answer = { result?: unknown; error?: { message: string; kind: string } };
type Bridge = (event: unknown, name: unknown, params: unknown) => Promise<Answer>;
const electron = vi.hoisted(() => ({ bridge: null as unknown }));
vi.mock('electron', () => ({
  app: { getAppPath: () => '' },
  protocol: {},
  ipcMain: {
    handle: (_channel: string, handler: unknown) => {
      electron.bridge = handler;
    },
  },
}));

let around: string;
let host: WebHost;
let services: Services;
const escaped: unknown[] = [];
const note = (error: unknown): void => void escaped.push(error);
beforeAll(async () => {
  process.on('unhandledRejection', note);
  around = mkdtempSync(join(tmpdir(), 'affetto-attack-'));
  const data = join(around, 'data');
  mkdirSync(data);
  host = await startWebHost({
    port: 0,
    rendererFolder: join(around, 'data'),
    log: () => {},
    createServices: async (emit) => {
      services = await createServices(fakeShell(data), emit);
      return services;
    },
  });
  setupCalls(services);
});
afterAll(async () => {
  await host.close();
  process.off('unhandledRejection', note);
  rmSync(around, { recursive: true, force: true });
});

function isAnswer({ result, error }: Answer): boolean {
  if (!error) return result !== undefined;
  return error.message.length > 0 && error.message.length < 2000 && ['input', 'failure'].includes(error.kind);
}

/** The next call: mostly one that exists, with parameters that are nearly right. */
function nextCall(dice: Dice): [name: unknown, params: unknown] {
  const name = dice.of(Object.keys(CALLS) as (keyof typeof CALLS)[]);
  const params = dice.below(8) === 0 ? SAMPLES[name] : mutated(SAMPLES[name], dice);
  return [dice.below(50) === 0 ? mutated(name, dice) : name, params];
}

/** Sends calls, so many under way at once; every one is to be answered. */
async function attack(dice: Dice, count: number, call: (name: unknown, params: unknown) => Promise<Answer>) {
  let [refused, done] = [0, 0];
  const one = async (): Promise<void> => {
    while (done < count) {
      done++;
      const [name, params] = nextCall(dice);
      const answer = await call(name, params);
      if (!isAnswer(answer)) throw new Error(`${name} answered ${JSON.stringify(answer)?.slice(0, 200)}`);
      if (answer.error) refused++;
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
  expect(escaped).toEqual([]);
  // Nothing outside of the data folder, and the app goes on.
  expect(readdirSync(around)).toEqual(['data']);
  expect(await call('projects.list', {})).toHaveProperty('result');
  return { calls: count, refused, crashed: 0, hung: 0 };
}

test('mutated calls over a WebSocket are answered, every one', PATIENCE, async () => {
  const { port, hash } = new URL(host.url);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, [`affetto.${hash.slice(1)}`], {
    origin: `http://127.0.0.1:${port}`,
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as Answer & { id?: number };
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });
  let id = 0;
  const call = (name: unknown, params: unknown): Promise<Answer> =>
    new Promise((resolve) => {
      waiting.set(++id, resolve);
      socket.send(JSON.stringify({ id, call: typeof name === 'string' ? name : 'none', params }));
    });
  tell('calls over a WebSocket', await attack(new Dice('socket'), times(400, 50_000), call));
  socket.close();
});

test('mutated calls over the bridge of Electron are answered, every one', PATIENCE, async () => {
  const bridge = electron.bridge as Bridge;
  const own = { senderFrame: { url: 'app://affetto/index.html', parent: null } };
  const call = (name: unknown, params: unknown): Promise<Answer> => bridge(own, name, params);
  tell('calls over the bridge', await attack(new Dice('bridge'), times(400, 50_000), call));
  const foreign = { senderFrame: { url: 'https://evil.example/', parent: null } };
  expect((await bridge(foreign, 'projects.list', {})).error?.message).toMatch(/foreign frame/);
});
