import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { dispatch, type Emit, MAX_MESSAGE_BYTES } from '../contract/contract.ts';
import type { Services } from '../host/services.ts';
import { AffettoError } from '../model/error.ts';
import { hostAllowed, refuseUpgrade, sameSecret } from './guard.ts';
import { errorMessage, readCall } from './messages.ts';
import { serveStatic } from './static-files.ts';

export interface WebOptions {
  /** 0 picks a free port. */
  port: number;
  rendererFolder: string;
  createServices(emit: Emit): Promise<Services>;
  /** Refusals and other things worth a line in the terminal. */
  log(line: string): void;
}

export interface WebHost {
  /** With the token in the fragment, which a browser never sends. */
  url: string;
  /** An address whose key lets one window in, once and soon: other users of the machine see what programs are called with. */
  invite(): string;
  close(): Promise<void>;
}

const INVITED_MS = 120_000;
/** A message of this size is read alone. */
const LARGE_BYTES = 1024 * 1024;

/** Serves the app to browsers on this machine: 127.0.0.1 only, one random token a run. */
export async function startWebHost(options: WebOptions): Promise<WebHost> {
  const token = randomBytes(24).toString('base64url');
  const invitations = new Set<string>();
  let invited = false;
  /** The run's token, or an invitation, which is used up by it. */
  const isKey = (given: string): boolean => {
    const invitation = [...invitations].find((key) => sameSecret(given, key));
    invited = invitation !== undefined && invitations.delete(invitation);
    return invited || sameSecret(given, token);
  };
  const sockets = new Set<WebSocket>();
  const emit: Emit = (event, payload) => {
    const text = JSON.stringify({ event, payload });
    for (const socket of sockets) socket.send(text);
  };
  const services = await options.createServices(emit);
  let port = options.port;

  const server = createServer((request, response) => {
    if (!hostAllowed(request, port)) {
      options.log(`refused a request with a foreign Host (${printable(request.headers.host)})`);
      response.writeHead(403).end();
      return;
    }
    serveStatic(options.rendererFolder, request, response).catch(() => response.destroy());
  });
  const upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const reason = refuseUpgrade(request, port, isKey);
    if (reason !== null || request.url !== '/api') {
      options.log(`refused a connection: ${reason ?? 'unknown address'}`);
      // Not only our half of it: whoever never closes theirs would keep the handle.
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    const byInvitation = invited;
    upgrades.handleUpgrade(request, socket, head, (client) => attend(client, byInvitation));
  });

  function attend(socket: WebSocket, byInvitation: boolean): void {
    const count = (): void => services.windows(sockets.size);
    sockets.add(socket);
    // Whoever came by an invitation comes back by this.
    if (byInvitation) socket.send(JSON.stringify({ token }));
    count();
    socket.on('close', () => {
      sockets.delete(socket);
      count();
    });
    socket.on('error', (error) => options.log(`a connection was dropped: ${error.message}`));
    socket.on('message', (data, isBinary) => {
      const answered = answer(socket, isBinary ? null : data.toString());
      if ((data as Buffer).length < LARGE_BYTES) return;
      // One at a time: a line full of them would fill the memory.
      socket.pause();
      void answered.finally(() => socket.resume());
    });
  }

  async function answer(socket: WebSocket, data: string | null): Promise<void> {
    let id = 0;
    try {
      if (data === null) throw new AffettoError('a message was binary');
      const message = readCall(data);
      id = message.id;
      const result = await dispatch(services.handlers, message.call, message.params);
      socket.send(JSON.stringify({ id, result }));
    } catch (error) {
      const described = errorMessage(error);
      if (id === 0) {
        options.log(`refused a message: ${described.message}`);
        socket.close(1008, 'malformed');
        return;
      }
      socket.send(JSON.stringify({ id, error: described }));
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new AffettoError(`Port ${options.port} is taken. Choose another with --port, or leave it out.`)
          : error,
      );
    });
    server.listen(options.port, '127.0.0.1', resolve);
  }).catch(async (error) => {
    await services.dispose();
    throw error;
  });
  port = (server.address() as AddressInfo).port;

  return {
    url: `http://127.0.0.1:${port}/#${token}`,
    invite: () => {
      const key = randomBytes(24).toString('base64url');
      invitations.add(key);
      setTimeout(() => invitations.delete(key), INVITED_MS).unref();
      return `http://127.0.0.1:${port}/#${key}`;
    },
    close: async () => {
      for (const socket of sockets) socket.terminate();
      upgrades.close();
      await services.dispose();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Header text is the stranger's: shortened and stripped before it reaches a terminal. */
function printable(text: string | undefined): string {
  return (text ?? 'none').replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
