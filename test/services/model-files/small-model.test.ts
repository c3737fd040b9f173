import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../../../research/main.ts';
import { loadBeatTracker } from '../../../src/services/model-files/small-model.ts';

let models = '';
let folder = '';
beforeEach(() => {
  models = mkdtempSync(join(tmpdir(), 'affetto-beats-'));
  folder = join(models, 'beats');
  mkdirSync(folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(models, { recursive: true, force: true });
});

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
function install(
  config: string,
  weights: string,
  sums: object = { 'config.json': hash(config), 'weights.safetensors': hash(weights) },
) {
  writeFileSync(join(folder, 'config.json'), config);
  writeFileSync(join(folder, 'weights.safetensors'), weights);
  writeFileSync(join(folder, 'checksums.json'), JSON.stringify(sums));
}

it('is null where no tracker is installed, and EMOPIA then asks for one', async () => {
  expect(await loadBeatTracker(folder)).toBeNull();
  vi.stubEnv('AFFETTO_MODELS', models);
  writeFileSync(join(models, 'clips.csv'), 'clip,quadrant,song,split\nx,Q1,x,train\n');
  const err: string[] = [];
  const io = {
    out: () => {},
    err: (line: string) => void err.push(line),
    interactive: false,
    signal: new AbortController().signal,
  };
  expect(await main(['dataset', '--emopia', models, '--out', join(models, 'out')], io)).toBe(2);
  expect(err).toEqual([expect.stringMatching(/EMOPIA needs the beat tracker/)]);
});

it.each([
  [
    'a changed file',
    '{}',
    'abc',
    { 'config.json': hash('{}'), 'weights.safetensors': hash('abd') },
    /weights\.safetensors: its checksum/,
  ],
  [
    'a checksum left out',
    '{}',
    'abc',
    { 'config.json': hash('{}') },
    /weights\.safetensors: .* has no checksum/,
  ],
  ['weights that are none', '{}', 'abc', undefined, /weights\.safetensors/],
  ['a config that is no JSON', '{', 'abc', undefined, /config\.json|weights\.safetensors/],
])('names the file for %s', async (_, config, weights, sums, message) => {
  install(config, weights, sums);
  await expect(loadBeatTracker(folder)).rejects.toThrow(message);
});

it('names the file that is missing', async () => {
  install('{}', 'abc');
  rmSync(join(folder, 'config.json'));
  await expect(loadBeatTracker(folder)).rejects.toThrow(/config\.json is missing/);
});
