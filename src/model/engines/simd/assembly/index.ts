// What TypeScript calls. Addresses and records are made by the engine (../engine.ts); nothing here allocates.

export { denseAll, walk } from './dense';
export { geluInPlace } from './math';
export { layerNormRows } from './norm';
export { allFinite, quantizeWeights } from './quantize';
export { answer, crossMemory, encodeAll, forward } from './stack';
export { attendWindow } from './window';
