import type { Shell } from '../../src/host/services.ts';
import type { FromService, ToService } from '../../src/services/inference/protocol.ts';
import type { Beat } from '../../src/services/process/link.ts';

/** A shell without processes: an engine that answers every request with nothing, and a machine without MIDI. */
export function fakeShell(folder: string): Shell {
  return {
    kind: 'browser',
    version: '0.0.0',
    folder,
    spawnInference: () => {
      let say: (message: FromService) => void = () => {};
      let gone = () => {};
      return {
        pid: undefined,
        send: (message: ToService | Beat) => {
          if ('request' in message) queueMicrotask(() => say({ id: message.id, result: {} }));
        },
        onMessage: (listener) => {
          say = listener;
        },
        onExit: (listener) => {
          const before = gone;
          gone = () => {
            before();
            listener(false);
          };
        },
        kill: () => gone(),
      };
    },
    connectMidi: () => ({
      state: null,
      settings: null,
      call: async () => ({}),
      load: async () => {},
      serve: async () => {},
      release: () => {},
      dispose: async () => {},
    }),
  };
}
