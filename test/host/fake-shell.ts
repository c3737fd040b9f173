import type { Shell } from '../../src/host/services.ts';
import type { FromService, ToService } from '../../src/services/inference/protocol.ts';

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
        send: (message: ToService) => {
          if (!('cancel' in message)) queueMicrotask(() => say({ id: message.id, result: {} }));
        },
        onMessage: (listener) => {
          say = listener;
        },
        onExit: (listener) => {
          gone = listener;
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
