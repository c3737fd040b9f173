import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type * as Files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newProject } from '../../src/contract/document.ts';
import { ProjectStore } from '../../src/host/project-store.ts';

const faults = vi.hoisted(() => ({ read: '', rename: '', list: '', readAfterWrite: '' }));

/** A file that is there and cannot be read for a moment: locked, forbidden, or out of file handles. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof Files>();
  const fail = (code: string) => Promise.reject(Object.assign(new Error(`${code}: no luck`), { code }));
  return {
    ...real,
    open: (...args: Parameters<typeof real.open>) =>
      faults.read && String(args[0]).endsWith('.affetto') ? fail(faults.read) : real.open(...args),
    rename: async (...args: Parameters<typeof real.rename>) => {
      if (faults.rename && String(args[1]).includes('.damaged')) return fail(faults.rename);
      await real.rename(...args);
      if (faults.readAfterWrite && String(args[1]).endsWith('abc.affetto'))
        faults.read = faults.readAfterWrite;
    },
    readdir: (...args: unknown[]) =>
      faults.list ? fail(faults.list) : (real.readdir as (...args: unknown[]) => unknown)(...args),
  };
});

let folder: string;
let store: ProjectStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-unreadable-'));
  store = new ProjectStore(folder);
  const first = await save('an hour ago', null);
  await save('now', first);
});
afterEach(() => {
  Object.assign(faults, { read: '', rename: '', list: '', readAfterWrite: '' });
  rmSync(folder, { recursive: true, force: true });
});

const path = () => join(folder, 'projects', 'abc.affetto');
const text = () => readFileSync(path(), 'utf8');
async function save(name: string, seen: string | null): Promise<string | null> {
  const answer = await store.save({ ...newProject('abc'), name }, seen, 'one');
  if (!answer.saved) throw new Error('refused');
  return answer.revision;
}

describe.each([
  ['EACCES', /not allowed to read/],
  ['EPERM', /not allowed to read/],
  ['EBUSY', /another program holds it/],
  ['EMFILE', /too many files are open/],
  ['EIO', /EIO/],
])('a song that cannot be read for a moment (%s)', (code, words) => {
  test('is not replaced by an older version at the start', async () => {
    const before = text();
    faults.read = code;
    const { project, notice } = await store.recover('abc');
    expect(project).toBeNull();
    expect(notice).toMatch(words);
    expect(notice).toMatch(/left as it is/);
    faults.read = '';
    expect(text()).toBe(before);
    expect((await store.recover('abc')).project?.name).toBe('now');
  });

  test('is not said to be gone, and is listed with the reason', async () => {
    faults.read = code;
    await expect(store.open('abc')).rejects.toThrow(words);
    expect(await new ProjectStore(folder).list()).toMatchObject([
      { id: 'abc', trouble: expect.stringMatching(words) },
    ]);
  });

  test('is not overwritten by a window that takes it for a new one, nor renamed or deleted', async () => {
    const before = text();
    faults.read = code;
    await expect(store.save({ ...newProject('abc'), name: 'new' }, null, 'two')).rejects.toThrow(words);
    await expect(store.rename('abc', 'other')).rejects.toThrow(words);
    await expect(store.remove('abc')).rejects.toThrow(words);
    faults.read = '';
    expect(text()).toBe(before);
  });
});

test('a damaged song that cannot be set aside stays where it is', async () => {
  writeFileSync(path(), 'zzz');
  faults.rename = 'EACCES';
  const { project, notice } = await store.recover('abc');
  expect(project).toBeNull();
  expect(notice).toMatch(/could not be set aside.*left as it is/);
  expect(text()).toBe('zzz');
});

test('a second damaged file does not push out the first', async () => {
  for (const damage of ['yyy', 'zzz']) {
    writeFileSync(path(), damage);
    expect((await store.recover('abc')).project?.name).toBe('an hour ago');
  }
  const kept = readdirSync(join(folder, 'projects')).filter((name) => name.includes('.damaged'));
  expect(kept.map((name) => readFileSync(join(folder, 'projects', name), 'utf8')).sort()).toEqual([
    'yyy',
    'zzz',
  ]);
});

test('songs whose folder cannot be listed are not said to be none', async () => {
  faults.list = 'EACCES';
  await expect(store.list()).rejects.toThrow();
  await expect(store.deleted()).rejects.toThrow();
});

test('a save whose own file cannot be read afterwards is not taken for another window’s', async () => {
  const { revision } = await store.open('abc');
  const later = { ...newProject('abc'), name: 'later' };
  faults.readAfterWrite = 'EMFILE';
  await expect(store.save(later, revision, 'one')).rejects.toThrow(/too many files/);
  Object.assign(faults, { read: '', readAfterWrite: '' });
  expect((await store.save(later, revision, 'one')).saved).toBe(true);
});

test('a pipe and a huge file that are named like songs are listed with the reason, and block nothing', async () => {
  const projects = join(folder, 'projects');
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(projects, 'pipe.affetto')]);
  writeFileSync(join(projects, 'huge.affetto'), '');
  truncateSync(join(projects, 'huge.affetto'), 100 * 1024 * 1024);
  mkdirSync(join(projects, 'folder.affetto'));
  const byId = Object.fromEntries((await store.list()).map((entry) => [entry.id, entry.trouble]));
  expect(byId.abc).toBeNull();
  expect(byId.huge).toMatch(/larger than 64 MB/);
  expect(byId.folder).toMatch(/not a file/);
  if (process.platform !== 'win32') expect(byId.pipe).toMatch(/not a file/);
});
