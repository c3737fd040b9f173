import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/model/weights/checksums.ts';
import { readSafetensors, toFloats, writeSafetensors } from '../../../src/model/weights/safetensors.ts';
import { readWeightSet, WeightSet } from '../../../src/model/weights/weight-set.ts';
import { goldenFiles } from '../helpers/golden.ts';

type Files = Record<string, Uint8Array | null>;
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const json = (bytes: Uint8Array | null): Record<string, never> =>
  JSON.parse(new TextDecoder().decode(bytes!));

/** Files with some changed, and checksums that fit. */
async function files(name: string, change: Files = {}): Promise<Files> {
  const all: Files = { ...goldenFiles(name), ...change };
  const sums: Record<string, string> = {};
  for (const [file, bytes] of Object.entries(all))
    if (bytes && file !== 'checksums.json') sums[file] = await sha256(bytes);
  return { ...all, 'checksums.json': text(sums) };
}

const refusal = async (given: Files): Promise<string> => {
  const error = await readWeightSet(given, 'models/x').then(
    () => null,
    (e: Error) => e,
  );
  expect(error?.name).toBe('AffettoError');
  expect(error!.message).not.toContain('\n');
  return error!.message;
};

describe('a model folder', () => {
  it.each(['affetto', 'muser-paper'])('%s is read', async (name) => {
    const weights = await readWeightSet(goldenFiles(name), name);
    expect(weights.config.name).toBe(name);
    expect(weights.get('global.norm.weight')).toHaveLength(weights.config.decoder.global.width);
    expect(weights.byteLength).toBeGreaterThan(100_000);
  });

  it('with a matrix in int8 reads it through its scales', async () => {
    const { config } = await readWeightSet(goldenFiles('affetto'), 'affetto');
    const tensors = new Map(readSafetensors(goldenFiles('affetto')['weights.safetensors'], 'w'));
    const name = 'global.layers.0.ffn.up.weight';
    const { shape } = tensors.get(name)!;
    const [rows, columns] = shape;
    const values = Int8Array.from({ length: rows * columns }, (_, i) => (i % 255) - 127);
    const scales = Float32Array.from({ length: rows }, (_, row) => 0.001 * (row + 1));
    tensors.set(name, { dtype: 'I8', shape, data: new Uint8Array(values.buffer) });
    expect(() => new WeightSet(config, tensors, 'w')).toThrow(`'${name}.scale' is missing`);
    tensors.set(`${name}.scale`, { dtype: 'F32', shape: [rows], data: new Uint8Array(scales.buffer) });
    const read = new WeightSet(config, tensors, 'w').get(name);
    expect(read[columns + 5]).toBe(Math.fround(values[columns + 5] * scales[1]));
  });

  it.each(['config.json', 'weights.safetensors', 'checksums.json'])('without %s is refused', async (file) => {
    const message = await refusal({ ...goldenFiles('affetto'), [file]: null });
    expect(message).toContain(`models/x/${file} is missing`);
  });

  it('with a flipped bit is refused', async () => {
    const bytes = goldenFiles('affetto')['weights.safetensors'].slice();
    bytes[bytes.length - 100] ^= 1;
    expect(await refusal({ ...goldenFiles('affetto'), 'weights.safetensors': bytes })).toContain('checksum');
  });

  it('with a config of a million layers is refused at once', async () => {
    const config = json(goldenFiles('affetto')['config.json']) as unknown as {
      decoder: { global: { layers: number } };
    };
    config.decoder.global.layers = 1_000_000;
    expect(await refusal(await files('affetto', { 'config.json': text(config) }))).toContain(
      "'decoder.global.layers' must be a whole number from 1 to 256",
    );
  });

  it('cut short is refused even when the checksum fits', async () => {
    const bytes = goldenFiles('affetto')['weights.safetensors'];
    for (const length of [0, 4, 100, bytes.length - 4])
      expect(
        await refusal(await files('affetto', { 'weights.safetensors': bytes.subarray(0, length) })),
      ).toContain('models/x/weights.safetensors');
  });

  it('with a config of another shape is refused with the tensor', async () => {
    const config = json(goldenFiles('affetto')['config.json']) as unknown as { books: { size: number }[] };
    config.books[3].size = 33;
    const message = await refusal(await files('affetto', { 'config.json': text(config) }));
    expect(message).toContain("'books.pitchBass' is 32 x 16 but its config says 33 x 16");
  });

  it('that lacks a tensor is refused with its name', async () => {
    const config = json(goldenFiles('affetto')['config.json']) as unknown as {
      decoder: { global: { layers: number } };
    };
    config.decoder.global.layers = 2;
    expect(await refusal(await files('affetto', { 'config.json': text(config) }))).toContain(
      "'global.layers.1.",
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'that holds %d is refused with the tensor',
    async (value) => {
      const tensors = readSafetensors(goldenFiles('affetto')['weights.safetensors'], 'w');
      const all: Record<string, { shape: readonly number[]; values: Float32Array }> = {};
      for (const [name, tensor] of tensors) all[name] = { shape: tensor.shape, values: toFloats(tensor) };
      all['heads.pitch.in.bias'].values[3] = value;
      const message = await refusal(await files('affetto', { 'weights.safetensors': writeSafetensors(all) }));
      expect(message).toContain("'heads.pitch.in.bias' holds values that are not numbers");
    },
  );

  it.each<[string, string, (config: Record<string, never>) => unknown]>([
    ['another format', "'format'", (c) => ({ ...c, format: 2 })],
    [
      'another vocabulary',
      "'vocabulary.pitch'",
      (c) => ({ ...c, vocabulary: { ...(c.vocabulary as object), pitch: 88 } }),
    ],
    ['an unknown code rate', "'codeRate'", (c) => ({ ...c, codeRate: 'bar' })],
    ['no decoder', "'decoder'", (c) => ({ ...c, decoder: undefined })],
    [
      'temperature 0',
      "'sampling.pitch.temperature'",
      (c) => ({ ...c, sampling: { pitch: { temperature: 0, topP: 1 } } }),
    ],
    ['an order without type first', "'order'", (c) => ({ ...c, order: ['pitch'] })],
  ])('with %s is refused with the entry', async (_, entry, change) => {
    const config = text(change(json(goldenFiles('affetto')['config.json'])));
    const message = await refusal(await files('affetto', { 'config.json': config }));
    expect(message).toContain('models/x/config.json');
    expect(message).toContain(entry);
  });

  it('whose config is not JSON is refused', async () => {
    const config = new TextEncoder().encode('{');
    expect(await refusal(await files('affetto', { 'config.json': config }))).toContain('not JSON');
  });
});

describe('safetensors', () => {
  it('come back as written, in half precision', () => {
    const written = writeSafetensors({
      a: { shape: [2, 2], values: [1, -0.5, 3, 0.1] },
      b: { shape: [1], values: [7] },
    });
    const tensors = readSafetensors(written, 'x');
    expect(tensors.get('a')!.shape).toEqual([2, 2]);
    expect(toFloats(tensors.get('a')!)[3]).toBeCloseTo(0.1, 4);
    expect([...toFloats(tensors.get('b')!)]).toEqual([7]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a format that is not known', { a: { dtype: 'F8', shape: [1], data_offsets: [0, 1] } }],
    ['a size that does not fit its shape', { a: { dtype: 'F16', shape: [3], data_offsets: [0, 2] } }],
    ['data past the end', { a: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }],
    ['a negative place', { a: { dtype: 'F16', shape: [1], data_offsets: [-2, 0] } }],
  ])('with %s are refused', (_, header) => {
    const head = text(header);
    const bytes = new Uint8Array(8 + head.length + 2);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
    bytes.set(head, 8);
    expect(() => readSafetensors(bytes, 'x.safetensors')).toThrow(/x\.safetensors: tensor 'a'/);
  });
});
