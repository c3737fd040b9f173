import type { EngineState, Settings } from '../../contract/contract.ts';
import { AffettoError } from '../../model/error.ts';
import { isInstalled, modelFolder } from '../model-files/folder.ts';
import { type LoadedModel, loadModel } from '../model-files/load-model.ts';
import { importFile } from './analyse.ts';
import { createEar } from './ear.ts';
import type { EngineName } from './engines.ts';
import { placeOnMap, readLatentMap } from './latent-map.ts';
import { createLiveRequests, warmUp } from './live.ts';
import { remix } from './remix.ts';
import type { Composer } from './serve.ts';
import { loadSmallModels } from './small-models.ts';
import { writeTakes } from './write-takes.ts';

const NO_WEIGHTS =
  'No weights are installed, so nothing can be written: install Affetto again. Opening, editing and exporting work.';

/** What the settings call an engine, and what it is called here. */
const ENGINES: Record<Settings['engine'], EngineName> = {
  auto: 'auto',
  simd: 'simd',
  tfjs: 'tfjs-wasm',
  cuda: 'tfjs',
};

/** Wires the requests to the model. The engine is made on `configure`; whatever comes earlier waits for it. */
export function createComposer(onState: (state: EngineState) => void): Composer {
  let loading: Promise<LoadedModel | null> = Promise.resolve(null);
  let modelName = '';
  const smallModels = loadSmallModels();
  const ear = smallModels.then(createEar);
  const performer = smallModels.then((models) => models.performer);

  async function loadedModel(): Promise<LoadedModel> {
    const loaded = await loading;
    if (!loaded) throw new AffettoError(NO_WEIGHTS, 'failure');
    return loaded;
  }
  const model = async () => (await loadedModel()).model;
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    configure: async ({ engine, model }) => {
      modelName = model;
      const base = { engine: '', reason: '', model, message: '' };
      const state = (part: Partial<EngineState> & Pick<EngineState, 'state'>): EngineState => {
        const next = { ...base, ...part };
        onState(next);
        return next;
      };
      const folder = modelFolder(model);
      if (!isInstalled(folder)) {
        loading = Promise.resolve(null);
        return state({ state: 'no-weights', message: NO_WEIGHTS });
      }
      state({ state: 'starting' });
      const attempt = loadModel(folder, ENGINES[engine]);
      loading = attempt.catch(() => null);
      try {
        const { model, reason } = await attempt;
        const message = (await smallModels).trouble;
        const ready = state({ state: 'ready', engine: model.engine.name, reason, message });
        setImmediate(() => void warmUp(model, breathe).catch(() => {}));
        return ready;
      } catch (error) {
        return state({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
      }
    },
    generate: async (request, reply) => {
      try {
        await writeTakes(await loadedModel(), request, (await ear).hear, reply, await performer);
        return { cancelled: false };
      } catch (error) {
        if (reply.signal.aborted) return { cancelled: true };
        throw error;
      }
    },
    import: async (file) => {
      const { hear, ...listeners } = await ear;
      return importFile(file, hear, listeners);
    },
    transfer: async (request, reply) => {
      const piece = await remix(await model(), request, { signal: reply.signal, breathe });
      return { piece, heard: (await ear).hear(piece) };
    },
    recognise: async ({ piece }) => {
      const heard = (await ear).hear(piece);
      if (!heard)
        throw new AffettoError(
          'What music feels like cannot be told: the weights for it are missing. Install Affetto again.',
          'failure',
        );
      return heard;
    },
    map: async () => ({ clouds: (await readLatentMap(modelName)).clouds }),
    ...createLiveRequests(model, breathe, performer),
    place: async ({ piece }) => placeOnMap(await model(), piece, await readLatentMap(modelName)),
  };
}
