import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type * as Files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { newProject } from '../../src/contract/document.ts';
import { ProjectStore } from '../../src/host/project-store.ts';

const disk = vi.hoisted(() => ({ full: false }));

/** A disk that takes no more bytes: files can be made, and nothing can be written into them. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof Files>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const file = await real.open(...args);
      if (disk.full && args[1] === 'w')
        file.writeFile = async () => {
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        };
      return file;
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'affetto-full-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a full disk is said in plain words; the song on it stays whole, and saving goes on when there is room', async () => {
  const store = new ProjectStore(folder);
  const first = await store.save({ ...newProject('abc'), name: 'Night' }, null, 'one');
  if (!first.saved) throw new Error('refused');
  disk.full = true;
  const later = { ...newProject('abc'), name: 'Night, longer' };
  await expect(store.save(later, first.revision, 'one')).rejects.toThrow(
    'Could not save “Night, longer”: the disk is full. Free some space; the window keeps your work and tries again.',
  );
  const projects = join(folder, 'projects');
  expect(JSON.parse(readFileSync(join(projects, 'abc.affetto'), 'utf8')).name).toBe('Night');
  expect(readdirSync(projects).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  disk.full = false;
  expect((await store.save(later, first.revision, 'one')).saved).toBe(true);
});
