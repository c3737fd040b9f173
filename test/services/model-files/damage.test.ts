import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { EngineState } from '../../../src/contract/contract.ts';
import { createComposer } from '../../../src/services/inference/composer.ts';
import { modelFolder, modelsFolder, readModelFiles } from '../../../src/services/model-files/folder.ts';

const MODELS = ['affetto', 'recogniser', 'beats', 'performer', 'voices'];
const models = mkdtempSync(join(tmpdir(), 'affetto-damage-'));
const shipped = modelsFolder();
for (const name of MODELS) cpSync(join(shipped, name), join(models, name), { recursive: true });
// Quicker to load, where the damage is elsewhere.
cpSync(join(import.meta.dirname, '../../fixtures/golden/affetto'), join(models, 'tiny'), { recursive: true });
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(models, { recursive: true, force: true }));

/** Every file that shapes music, by the model that it belongs to. */
const SHAPING = MODELS.flatMap((name) =>
  readdirSync(join(shipped, name))
    .filter((file) => file !== 'model-card.md' && file !== 'checksums.json' && file !== 'vocabulary.json')
    .map((file) => [name, file] as const),
);

/** `act` with a file as `change` leaves it, which is put back afterwards. */
async function withFile(
  path: string,
  change: (bytes: Buffer) => Buffer | null,
  act: () => Promise<void>,
): Promise<void> {
  const bytes = readFileSync(path);
  const changed = change(Buffer.from(bytes));
  if (changed) writeFileSync(path, changed);
  else rmSync(path);
  try {
    await act();
  } finally {
    writeFileSync(path, bytes);
  }
}
const flip = (bytes: Buffer): Buffer => {
  bytes[bytes.length >> 1] ^= 1;
  return bytes;
};
const remove = () => null;

async function configured(model = 'tiny'): Promise<EngineState> {
  vi.stubEnv('AFFETTO_MODELS', models);
  return createComposer(() => {}).configure({ engine: 'simd', model }, {} as never);
}

async function generate(out: string): Promise<{ code: number; err: string }> {
  vi.stubEnv('AFFETTO_MODELS', models);
  const err: string[] = [];
  const io = {
    out: () => {},
    err: (line: string) => void err.push(line),
    interactive: false,
    signal: new AbortController().signal,
  };
  const args = ['generate', '--quadrant', 'Q1', '--bars', '1', '--best-of', '1', '--seed', '1', '--out', out];
  return { code: await main(args, io), err: err.join('\n') };
}

test.each(SHAPING)('%s/%s has a checksum, and it fits', async (name, file) => {
  const files = await readModelFiles(join(shipped, name), [file]);
  expect(files[file]).not.toBeNull();
});

describe.each(SHAPING)('%s/%s', (name, file) => {
  test.each([
    ['with one bit changed', flip],
    ['that is missing', remove],
  ])('%s is said by the app', async (_, change) => {
    if (file === 'latent-map.json')
      return expect(readModelFiles(join(models, name), [file])).resolves.toBeTruthy();
    await withFile(join(models, name, file), change, async () => {
      const { state, message } = await configured(name === 'affetto' ? 'affetto' : 'tiny');
      const expected = name !== 'affetto' ? 'ready' : 'failed';
      expect(state).toBe(
        change === remove && file === 'weights.safetensors' && expected === 'failed'
          ? 'no-weights'
          : expected,
      );
      expect(message).toMatch(state === 'failed' ? `${name}/${file}` : /install Affetto again/i);
    });
  });
});

test('a whole installation has nothing to say', async () => {
  expect(await configured()).toMatchObject({ state: 'ready', message: '' });
});

test.each([
  ['affetto', 'leaning.json'],
  ['affetto', 'choosing.json'],
  ['affetto', 'training-runs.bin'],
  ['performer', 'weights.safetensors'],
])('the command line refuses a damaged %s/%s by name', async (name, file) => {
  await withFile(join(models, name, file), flip, async () => {
    const { code, err } = await generate(join(models, 'x.mid'));
    expect(code).toBe(2);
    expect(err).toContain(`${name}/${file}: its checksum`);
  });
});

test('the command line says that the performer is missing', async () => {
  await withFile(join(models, 'performer', 'weights.safetensors'), remove, async () => {
    const { code, err } = await generate(join(models, 'y.mid'));
    expect(code).toBe(0);
    expect(err).toMatch(/the performer .* is missing; music has neither pedal nor timing/);
  });
});

test.each(['../recogniser', '..', '/etc', 'a/b', 'a\\b', '', '.hidden'])(
  '%j is no name of a model',
  (name) => {
    expect(() => modelFolder(name)).toThrow(/not the name of a model/);
  },
);
