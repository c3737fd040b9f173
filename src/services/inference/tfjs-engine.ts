import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Engine } from '../../model/engines/engine.ts';
import { createTfjsEngine } from '../../model/engines/tfjs/engine.ts';
import type { TfApi } from '../../model/engines/tfjs/weights.ts';
import type { WeightSet } from '../../model/weights/weight-set.ts';

/** Optional: present, broken or absent, so its name is kept from the type checker. */
const CUDA_PACKAGE: string = '@tensorflow/tfjs-node-gpu';

/** tfjs over CUDA where its package is installed and works, else over its own WASM backend. */
export async function createTfjs(
  weights: WeightSet,
  wantCuda: boolean,
): Promise<{ made: Engine; reason: string }> {
  if (wantCuda) {
    try {
      const tf = (await import(CUDA_PACKAGE)) as unknown as TfApi & {
        setBackend(name: string): unknown;
      };
      return { made: createTfjsEngine(weights, tf, 'tfjs-cuda'), reason: '' };
    } catch (error) {
      const { made } = await createTfjs(weights, false);
      return {
        made,
        reason: `CUDA is not usable here (${(error as Error).message.split('\n')[0]}); running on WASM.`,
      };
    }
  }
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const binary = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${join(dirname(binary), '..', 'wasm-out')}/`);
  await tf.setBackend('wasm');
  await tf.ready();
  return { made: createTfjsEngine(weights, tf, 'tfjs-wasm'), reason: '' };
}
