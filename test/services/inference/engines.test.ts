import { describe, expect, it } from 'vitest';
import { startEngine } from '../../../src/services/inference/engines.ts';
import { createTfjsCudaEngine } from '../../../src/services/inference/tfjs.ts';
import { goldenWeights } from '../../model/helpers/golden.ts';

describe('starting an engine', () => {
  it('takes the quickest and says why', async () => {
    const { engine, reason } = await startEngine(await goldenWeights('affetto'), 'auto');
    expect(engine.name).toBe('simd');
    expect(reason).toContain('simd');
  });

  it('falls from CUDA to WASM where CUDA does not load, and says why', async () => {
    const weights = await goldenWeights('affetto');
    let why = '';
    const cuda = await createTfjsCudaEngine(weights, (reason) => {
      why = reason;
    });
    const { engine, reason } = await startEngine(weights, 'tfjs');
    if (cuda) expect(engine.name).toBe('tfjs-cuda');
    else {
      expect(engine.name).toBe('tfjs-wasm');
      expect(reason).toBe(why);
      expect(why).toContain('tfjs-node-gpu');
      await expect(startEngine(weights, 'tfjs-cuda')).rejects.toThrow('tfjs-cuda');
    }
  });
});
