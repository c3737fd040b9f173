import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import util from 'node:util';
import type { Engine } from '../../model/engines/engine.ts';
import { createTfjsEngine } from '../../model/engines/tfjs/engine.ts';
import type { TfApi } from '../../model/engines/tfjs/weights.ts';
import { AffettoError } from '../../model/error.ts';
import type { Tensors } from '../../model/weights/tensors.ts';

/** tfjs on its WebAssembly backend, one thread. */
export async function createTfjsWasmEngine(tensors: Tensors): Promise<Engine> {
  const tf = await import('@tensorflow/tfjs-core');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  // The backend looks for its .wasm files beside the page; here they lie in its package.
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(join(dirname(entry), sep));
  if (!(await tf.setBackend('wasm')))
    throw new AffettoError('tfjs: its WebAssembly backend does not start', 'failure');
  await tf.ready();
  return createTfjsEngine(tensors, tf, 'tfjs-wasm');
}

/** Functions that Node 23 dropped and that tfjs-node still calls. */
function restoreOldUtil(): void {
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}

/**
 * tfjs on CUDA through the optional package @tensorflow/tfjs-node-gpu; null where it is absent or does not load (no
 * NVIDIA GPU, or not CUDA 11.2 with cuDNN 8.1). `onReason` hears why.
 */
export async function createTfjsCudaEngine(
  tensors: Tensors,
  onReason: (reason: string) => void = () => {},
): Promise<Engine | null> {
  restoreOldUtil();
  const name = '@tensorflow/tfjs-node-gpu';
  try {
    const module = (await import(name)) as TfApi & { default?: TfApi };
    const tf = module.default ?? module;
    await tf.ready();
    const probe = tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync()[0]);
    if (probe !== 2) throw new Error('its first product came out wrong');
    return createTfjsEngine(tensors, tf, 'tfjs-cuda');
  } catch (error) {
    onReason(
      `${name} does not load: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`,
    );
    return null;
  }
}
