import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FILE_ID } from '../../src/contract/import-source.ts';
import { SourceStore } from '../../src/host/source-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-sources-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (fill: number, size = 100) => new Uint8Array(size).fill(fill);
const age = (id: string | null, seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(join(folder, 'sources', `${id}.mid`), then, then);
};

test('a file is kept once, and read again by its id', async () => {
  const store = new SourceStore(folder);
  const id = await store.keep(bytes(1));
  expect(id).toMatch(FILE_ID);
  expect(await store.keep(bytes(1))).toBe(id);
  expect(new Uint8Array(await store.read(id!, 'a.mid'))).toEqual(bytes(1));
  expect(readdirSync(join(folder, 'sources'))).toHaveLength(1);
});

test('the least recently used files go first, and the user hears which file to open again', async () => {
  const store = new SourceStore(folder, 250);
  const [one, two] = [await store.keep(bytes(1)), await store.keep(bytes(2))];
  age(one, 50);
  age(two, 100);
  await store.read(two!, 'two.mid');
  await store.keep(bytes(3));
  await expect(store.read(one!, 'one.mid')).rejects.toThrow(
    /one\.mid is no longer kept here. Open the file again/,
  );
  expect(new Uint8Array(await store.read(two!, 'two.mid'))).toEqual(bytes(2));
});

test('where nothing can be kept, importing goes on without', async () => {
  writeFileSync(join(folder, 'sources'), 'a file where the folder should be');
  expect(await new SourceStore(folder).keep(bytes(1))).toBeNull();
});
