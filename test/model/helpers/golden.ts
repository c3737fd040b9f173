import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../../src/model/engines/engine.ts';
import { createReferenceEngine } from '../../../src/model/engines/reference/engine.ts';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import type { Tensors } from '../../../src/model/weights/tensors.ts';
import { readWeightSet, type WeightSet } from '../../../src/model/weights/weight-set.ts';
import { createTfjsWasmEngine } from '../../../src/services/inference/tfjs.ts';

const FILES = ['config.json', 'weights.safetensors', 'checksums.json', 'vocabulary.json'];

const path = (name: string, file: string): string =>
  fileURLToPath(new URL(`../../fixtures/golden/${name}/${file}`, import.meta.url));

/** Files of a golden model's folder. */
export const goldenFiles = (name: string): Record<string, Uint8Array> =>
  Object.fromEntries(FILES.map((file) => [file, new Uint8Array(readFileSync(path(name, file)))]));

export const goldenWeights = (name: string): Promise<WeightSet> => readWeightSet(goldenFiles(name), name);

export const goldenValues = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path(name, 'golden.json'), 'utf8'));

/** Engines with the largest difference in logits they may show; simd computes in int8. */
export const ENGINES: readonly {
  readonly name: string;
  readonly tolerance: number;
  create(tensors: Tensors): Promise<Engine>;
}[] = [
  { name: 'reference', tolerance: 1e-3, create: async (tensors) => createReferenceEngine(tensors) },
  { name: 'tfjs-wasm', tolerance: 1e-3, create: createTfjsWasmEngine },
  { name: 'simd', tolerance: 0.3, create: createSimdEngine },
];
