import type { Engine } from '../../model/engines/engine.ts';
import { createReferenceEngine } from '../../model/engines/reference/engine.ts';
import { createSimdEngine } from '../../model/engines/simd/engine.ts';
import { AffettoError } from '../../model/error.ts';
import type { Tensors } from '../../model/weights/tensors.ts';
import { createTfjsCudaEngine, createTfjsWasmEngine } from './tfjs.ts';

/** `auto` takes the quickest that starts; `tfjs` takes CUDA where it loads; `reference` is for checking the others. */
export const ENGINE_NAMES = ['auto', 'simd', 'tfjs', 'tfjs-wasm', 'tfjs-cuda', 'reference'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface StartedEngine {
  readonly engine: Engine;
  /** Why this one runs, where that was not simply asked for; else empty. */
  readonly reason: string;
}

/** Starts an engine on a weight set. Throws an AffettoError where the one that was asked for by name cannot run. */
export async function startEngine(tensors: Tensors, name: EngineName): Promise<StartedEngine> {
  if (name === 'auto') return startAny(tensors);
  if (name === 'simd') return { engine: await createSimdEngine(tensors), reason: '' };
  if (name === 'reference') return { engine: createReferenceEngine(tensors), reason: '' };
  let reason = '';
  if (name !== 'tfjs-wasm') {
    const cuda = await createTfjsCudaEngine(tensors, (why) => {
      reason = why;
    });
    if (cuda) return { engine: cuda, reason: '' };
    if (name === 'tfjs-cuda')
      throw new AffettoError(`The tfjs-cuda engine does not start here: ${reason}. Use --engine simd.`);
  }
  return { engine: await createTfjsWasmEngine(tensors), reason };
}

async function startAny(tensors: Tensors): Promise<StartedEngine> {
  try {
    return {
      engine: await createSimdEngine(tensors),
      reason: 'Picked simd: quickest for a few takes, on any machine.',
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      engine: await createTfjsWasmEngine(tensors),
      reason: `Picked tfjs-wasm, as simd does not start: ${why}`,
    };
  }
}
