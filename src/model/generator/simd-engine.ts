import { createKernels } from '../engines/simd/kernels.ts';
import type { Tensors } from '../weights/tensors.ts';
import type { GeneratorEngine } from './engine.ts';
import { SimdElement, SimdHead } from './simd-networks.ts';
import { SimdRoom } from './simd-room.ts';
import { SimdWindowStack } from './simd-stack.ts';

/**
 * WebAssembly SIMD: int8 weights a output channel, int16 activations, attention in float32. One thread, no allocation of
 * memory in a step; gives the same bits on every machine.
 * @throws AffettoError where WebAssembly has no SIMD
 */
export async function createSimdGeneratorEngine(tensors: Tensors): Promise<GeneratorEngine> {
  const room = new SimdRoom(await createKernels(), tensors);
  return {
    name: 'simd',
    stack: (name, spec, lanes, kept) => new SimdWindowStack(room, name, spec, lanes, kept),
    element: (name, layers, rows) => new SimdElement(room, name, layers, rows),
    head: (name, rows) => new SimdHead(room, name, rows),
  };
}
