import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildNode } from '../../../scripts/build.mjs';
import type { EngineState } from '../../../src/contract/contract.ts';
import { InferenceClient } from '../../../src/services/inference/client.ts';
import { forkService } from '../../../src/services/process/link.ts';

const root = join(import.meta.dirname, '../../..');
const models = mkdtempSync(join(tmpdir(), 'affetto-stopped-'));
beforeAll(async () => {
  cpSync(join(root, 'test/fixtures/golden/affetto'), join(models, 'affetto'), { recursive: true });
  await buildNode();
});
afterAll(() => rmSync(models, { recursive: true }));

test.skipIf(process.platform === 'win32')(
  'an engine process that stands still is told, ended and replaced, and its work is done by the next',
  async () => {
    const states: EngineState[] = [];
    const client = new InferenceClient(
      () => forkService(join(root, 'out/node/inference.mjs'), { environment: { AFFETTO_MODELS: models } }),
      { engine: 'simd', model: 'affetto' },
      (state) => states.push(state),
    );
    const ready = () => vi.waitFor(() => expect(client.state.state).toBe('ready'), { timeout: 30_000 });
    try {
      await ready();
      const { pid } = client;
      process.kill(pid as number, 'SIGSTOP');
      const { done } = client.request('map', {});
      await vi.waitFor(() => expect(client.starts).toBe(2), { timeout: 30_000 });
      expect(await done).toEqual({ clouds: {} });
      await ready();
      expect(states.map(({ state }) => state)).toEqual([
        'starting',
        'ready',
        'restarting',
        'restarting',
        'starting',
        'ready',
      ]);
      expect(() => process.kill(pid as number, 0)).toThrow();
    } finally {
      client.dispose();
    }
  },
);
