import { isBeat } from './link.ts';

/** The service's end of the line to its parent, under Electron's utilityProcess or Node's fork alike. */
export interface ParentLine<In, Out> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** Opens the line and answers the parent's beats. `onGone`: the parent has died, and nobody is left to work for. */
export function openParentLine<In, Out>(onGone: () => void): ParentLine<In, Out> {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort;
  const post = (message: unknown): void => {
    if (port) port.postMessage(message);
    // A parent that is gone takes its channel with it; 'disconnect' ends us.
    else if (process.connected) process.send?.(message as object, () => {});
  };
  if (!port) process.on('disconnect', onGone);
  post({ beat: 0 });
  return {
    send: post,
    onMessage: (listener) => {
      const receive = (message: unknown): void => {
        if (isBeat(message)) post(message);
        else listener(message as In);
      };
      if (port) port.on('message', (event) => receive(event.data));
      else process.on('message', receive);
    },
  };
}
