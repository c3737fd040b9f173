import { type Api, type EventName, MAX_MESSAGE_BYTES } from '../../contract/contract.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const RETRY_MS = [250, 500, 1000, 2000, 4000];

/** Counts the bytes only where the characters leave it open. */
const isTooLarge = (message: string): boolean =>
  message.length * 3 > MAX_MESSAGE_BYTES && new Blob([message]).size > MAX_MESSAGE_BYTES;

/** A call that the host refused; `kind` says whether the user's data or something else was at fault. */
class CallError extends Error {
  readonly kind: 'input' | 'failure';
  constructor(message: string, kind: 'input' | 'failure') {
    super(message);
    this.kind = kind;
  }
}

/** The contract over a WebSocket; reconnects by itself, and calls under way fail when the line is cut. */
export async function connectSocket(key: string, keepToken: (token: string) => void): Promise<Api> {
  let token = key;
  if (!token) {
    throw new CallError('This address lacks its key. Open the link that `affetto serve` printed.', 'input');
  }
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<EventName, Set<(payload: unknown) => void>>();
  const connectionListeners = new Set<(up: boolean) => void>();
  let socket: WebSocket;
  let nextId = 1;
  let attempts = 0;

  function open(): Promise<void> {
    return new Promise((resolve, reject) => {
      socket = new WebSocket(`ws://${location.host}/api`, [`affetto.${token}`]);
      socket.onopen = () => {
        attempts = 0;
        resolve();
        for (const listener of connectionListeners) listener(true);
      };
      socket.onmessage = (event) => receive(String(event.data));
      socket.onclose = () => {
        reject(new CallError('Affetto is not answering. Is `affetto serve` still running?', 'failure'));
        lost();
      };
    });
  }

  function receive(text: string): void {
    const message = JSON.parse(text);
    if ('token' in message) {
      token = message.token;
      keepToken(token);
      return;
    }
    if ('event' in message) {
      for (const listener of listeners.get(message.event) ?? []) listener(message.payload);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) call?.reject(new CallError(message.error.message, message.error.kind));
    else call?.resolve(message.result);
  }

  function lost(): void {
    for (const call of waiting.values()) {
      call.reject(
        new CallError('The connection to Affetto was cut. It is tried again by itself.', 'failure'),
      );
    }
    waiting.clear();
    for (const listener of connectionListeners) listener(false);
    if (!everOpen) return;
    const delay = RETRY_MS[Math.min(attempts++, RETRY_MS.length - 1)];
    setTimeout(() => void open().catch(() => {}), delay);
  }

  let everOpen = false;
  await open();
  everOpen = true;

  return {
    call: (name, params) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new CallError('There is no connection to Affetto at the moment.', 'failure'));
          return;
        }
        const id = nextId++;
        const message = JSON.stringify({ id, call: name, params });
        // The host would cut the line at it, and again at every try.
        if (isTooLarge(message)) {
          reject(
            new CallError(
              'This is more than 64 MB, which is more than a song may hold. Delete some clips.',
              'input',
            ),
          );
          return;
        }
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        socket.send(message);
      }),
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as (payload: unknown) => void);
      return () => set.delete(listener as (payload: unknown) => void);
    },
    onConnection: (listener) => {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
  };
}
