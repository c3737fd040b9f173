import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildNode } from '../../../scripts/build.mjs';
import { soak } from './soak.ts';

beforeAll(() => buildNode());

// `npm run soak:midi` does the same for a minute, `npm run soak:midi 600` for ten.
test('twelve seconds of stops, seeks, swaps, lost ports and kills leave nothing sounding and lose nothing', async () => {
  const result = await soak(join(import.meta.dirname, '../../../out/node/midi.mjs'), 12, 7);
  expect(result.notes).toBeGreaterThan(50);
  expect(result.hanging).toEqual([]);
  expect(result.lost).toEqual([]);
  expect(result.disorder).toEqual([]);
});
