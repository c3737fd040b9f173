import type { EngineState } from '../../contract.ts';
import { AffettoError } from '../../model/error.ts';
import { importFile } from './analyse.ts';
import type { Composer } from './serve.ts';

/** Wires the requests to the model; the engine is made on the first `configure`. */
export function createComposer(onState: (state: EngineState) => void): Composer {
  const missing = async (): Promise<never> => {
    throw new AffettoError('No weights are installed.', 'failure');
  };
  return {
    configure: async ({ model }) => {
      const state: EngineState = {
        state: 'no-weights',
        engine: '',
        reason: '',
        model,
        message: 'No weights are installed, so nothing can be generated. Importing and editing work.',
      };
      onState(state);
      return state;
    },
    generate: missing,
    import: async (file) => importFile(file, () => null),
    transfer: missing,
    recognise: missing,
    map: async () => ({ clouds: {} }),
    place: async () => ({}),
  };
}
