import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Emit, Handlers } from '../../src/contract/contract.ts';
import { sameSecret } from '../../src/web/guard.ts';
import { startWebHost, type WebHost } from '../../src/web/server.ts';
import { resolveStatic } from '../../src/web/static-files.ts';

let folder: string;
let host: WebHost;
let port: string;
let token: string;
let emit: Emit;
const log: string[] = [];
const called: unknown[] = [];
const windows: number[] = [];
/** What a call waits for. */
let waiting = async (): Promise<void> => {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-web-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, '..', 'secret.html'), 'secret');
  const handlers = new Proxy({} as Handlers, {
    get: (_target, name) => async (params: unknown) => {
      called.push([name, params]);
      await waiting();
      return { ok: true };
    },
  });
  host = await startWebHost({
    port: 0,
    rendererFolder: folder,
    log: (line) => log.push(line),
    createServices: async (given) => {
      emit = given;
      return { handlers, windows: (open) => windows.push(open), dispose: async () => {} };
    },
  });
  const url = new URL(host.url);
  port = url.port;
  token = url.hash.slice(1);
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  log.length = 0;
  called.length = 0;
});

interface Try {
  token?: string;
  origin?: string;
  host?: string;
}

function connect({
  token: given = token,
  origin = `http://127.0.0.1:${port}`,
  host: name,
}: Try = {}): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const headers = name ? { host: name } : undefined;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, [`affetto.${given}`], { origin, headers });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

function ask(socket: WebSocket, text: string): Promise<{ result?: unknown; error?: { message: string } }> {
  return new Promise((resolve, reject) => {
    socket.once('message', (data) => resolve(JSON.parse(data.toString())));
    socket.once('close', (code) => reject(new Error(`closed ${code}`)));
    socket.send(text);
  });
}

/** A raw line that sends `text`, and leaves its own half open; counts the lines that this process holds towards it. */
async function open(text: string): Promise<{ getConnections(): Promise<number> }> {
  const socket = createConnection({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const mine = socket.localPort;
  socket.on('error', () => {});
  socket.on('data', () => {});
  socket.write(text);
  const handles = () =>
    (process as unknown as { _getActiveHandles(): { remotePort?: number; destroyed?: boolean }[] })
      ._getActiveHandles()
      .filter((handle) => handle.remotePort === mine && !handle.destroyed).length;
  await new Promise((resolve) => socket.once('end', resolve));
  return { getConnections: async () => handles() };
}

function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    request.once('error', reject);
    request.end();
  });
}

describe('how many windows are open', () => {
  test('is told as they come and go', async () => {
    windows.length = 0;
    const [a, b] = [await connect(), await connect()];
    a.close();
    await vi.waitFor(() => expect(windows).toEqual([1, 2, 1]));
    b.close();
    await vi.waitFor(() => expect(windows).toEqual([1, 2, 1, 0]));
  });
});

describe('who may come in', () => {
  test('the right token from our own page may call', async () => {
    const socket = await connect();
    expect(await ask(socket, '{"id":1,"call":"app.hello","params":{}}')).toEqual({
      id: 1,
      result: { ok: true },
    });
    socket.close();
  });

  test.each([
    ['a wrong token', { token: 'x'.repeat(32) }, 'wrong token'],
    ['no token', { token: '' }, 'wrong token'],
    ['a foreign page', { origin: 'http://evil.example' }, 'foreign Origin'],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 'foreign Origin'],
    ['a rebound name', { host: 'evil.example' }, 'foreign Host'],
  ])('%s is refused and logged', async (_name, attempt, reason) => {
    await expect(connect(attempt)).rejects.toThrow(/403/);
    expect(log.join('\n')).toContain(reason);
    expect(called).toEqual([]);
  });

  test('an invitation lets one window in, once, and tells it the token of the run', async () => {
    const key = new URL(host.invite()).hash.slice(1);
    expect(key).not.toBe(token);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, [`affetto.${key}`], {
      origin: `http://127.0.0.1:${port}`,
    });
    const told = new Promise((resolve) =>
      socket.once('message', (data) => resolve(JSON.parse(data.toString()))),
    );
    expect(await told).toEqual({ token });
    socket.close();
    await expect(connect({ token: key })).rejects.toThrow(/403/);
    (await connect()).close();
  });

  test('whoever is refused and never closes the line keeps no handle', async () => {
    const { getConnections } = await open(
      'GET /api HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await vi.waitFor(async () => expect(await getConnections()).toBe(0), { timeout: 5000 });
  });

  test('a page asked for under a foreign name is refused', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/')).status).toBe(200);
  });
});

describe('what may be said', () => {
  test('an unknown call, a wrong parameter and an unknown member are refused, and the line stays open', async () => {
    const socket = await connect();
    const errors = [
      await ask(socket, '{"id":1,"call":"files.read","params":{"path":"/etc/passwd"}}'),
      await ask(socket, '{"id":2,"call":"__proto__","params":{}}'),
      await ask(socket, '{"id":3,"call":"projects.open","params":{"id":"../../x"}}'),
      await ask(socket, '{"id":4,"call":"app.hello","params":{"extra":1}}'),
    ];
    expect(errors.map(({ error }) => error?.message)).toEqual([
      expect.stringContaining('no call'),
      expect.stringContaining('no call'),
      expect.stringContaining('projects.open.id'),
      expect.stringContaining("unknown member 'extra'"),
    ]);
    expect(called).toEqual([]);
    socket.close();
  });

  test.each(['no json', '[]', '{"id":"1","call":"app.hello"}', 'null'])(
    'a malformed message ends the line: %s',
    async (text) => {
      const socket = await connect();
      await expect(ask(socket, text)).rejects.toThrow(/1008/);
      expect(log.join('\n')).toContain('refused a message');
    },
  );

  test('an oversized message ends the line', async () => {
    const socket = await connect();
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.send('x'.repeat(65 * 1024 * 1024));
    expect([1006, 1009]).toContain(await closed);
    expect(log.join('\n')).toContain('dropped');
  });
});

test('large messages on one line are read one after the other', async () => {
  const socket = await connect();
  const large = (id: number) =>
    JSON.stringify({
      id,
      call: 'projects.adopt',
      params: { fileName: 'x', text: 'y'.repeat(2 * 1024 * 1024) },
    });
  let under = 0;
  let most = 0;
  waiting = async () => {
    most = Math.max(most, ++under);
    await new Promise((resolve) => setTimeout(resolve, 20));
    under--;
  };
  const answers = new Promise<void>((resolve) => {
    let left = 5;
    socket.on('message', () => --left === 0 && resolve());
  });
  for (let id = 1; id <= 5; id++) socket.send(large(id));
  await answers;
  waiting = async () => {};
  expect(most).toBe(1);
  socket.close();
});

test('events reach every window', async () => {
  const sockets = [await connect(), await connect()];
  const heard = sockets.map(
    (socket) =>
      new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(data.toString())))),
  );
  emit('notice', { text: 'hello' });
  expect(await Promise.all(heard)).toEqual([
    { event: 'notice', payload: { text: 'hello' } },
    { event: 'notice', payload: { text: 'hello' } },
  ]);
  for (const socket of sockets) socket.close();
});

describe('files', () => {
  test('come with a strict policy', async () => {
    const { headers } = await get('/');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/%00',
    '/index.html%',
    '/index.exe',
  ])('%s leads nowhere', (path) => {
    expect(resolveStatic(folder, path)).toBeNull();
  });
});

test('secrets are compared whole', () => {
  expect(sameSecret('abc', 'abc')).toBe(true);
  expect(sameSecret('abc', 'abd')).toBe(false);
  expect(sameSecret('', 'abc')).toBe(false);
});
