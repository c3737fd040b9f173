import { createComposer } from './composer.ts';
import type { FromService, ToService } from './protocol.ts';
import { serveRequests } from './serve.ts';

/** Entry of the inference process, under Electron's utilityProcess or Node's fork alike. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;

const send = (message: FromService): void => {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
};

const receive = serveRequests(
  createComposer((state) => send({ state })),
  send,
);
if (parentPort) parentPort.on('message', (event) => receive(event.data as ToService));
else {
  process.on('message', (message) => receive(message as ToService));
  process.on('disconnect', () => process.exit(0));
}
