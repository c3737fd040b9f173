import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newProject, type ProjectDocument, projectSchema } from '../../src/contract/document.ts';
import { createServices, type Services } from '../../src/host/services.ts';
import { SettingsStore } from '../../src/host/settings-store.ts';
import { fakeShell } from './fake-shell.ts';

let folder: string;
const running: Services[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-opening-'));
});
afterEach(async () => {
  for (const services of running.splice(0)) await services.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** The app, started once more on the same data. */
async function start() {
  const services = await createServices(fakeShell(folder), () => {});
  running.push(services);
  return services.handlers;
}

const SONG: ProjectDocument = { ...newProject('night'), name: 'Night' };
async function keep(song = SONG) {
  const app = await start();
  const { project } = await app['app.hello']({});
  await app['app.shown']({ id: project.id });
  const answer = await app['projects.save']({ project: song, revision: null, by: 'window' });
  expect(answer.saved).toBe(true);
}

describe('a song that takes the window down', () => {
  test('is not opened at the next start, which says so; it stays on disk and can be opened from the list', async () => {
    await keep();
    const before = readFileSync(join(folder, 'projects', 'night.affetto'), 'utf8');
    // Opened, and never shown: the window died.
    expect((await (await start())['app.hello']({})).project.id).toBe('night');
    const app = await start();
    const { project, notice } = await app['app.hello']({});
    expect(project.id).not.toBe('night');
    expect(notice).toMatch(/could not be shown.*new one was opened.*All songs/);
    expect(readFileSync(join(folder, 'projects', 'night.affetto'), 'utf8')).toBe(before);
    expect(await app['projects.list']({})).toMatchObject([{ id: 'night', trouble: null }]);
    // The start after that does not try it either.
    await app['app.shown']({ id: project.id });
    expect((await (await start())['app.hello']({})).project.id).not.toBe('night');
    expect((await app['projects.open']({ id: 'night' })).project.name).toBe('Night');
  });

  test('nor when the page is loaded again in the same run', async () => {
    await keep();
    const app = await start();
    expect((await app['app.hello']({})).project.id).toBe('night');
    const again = await app['app.hello']({ failed: 'night' });
    expect(again.project.id).not.toBe('night');
    expect(again.notice).toMatch(/could not be shown/);
  });

  test('one that was shown is opened as ever, by two windows at once as well', async () => {
    await keep();
    const app = await start();
    const both = await Promise.all([app['app.hello']({}), app['app.hello']({})]);
    expect(both.map(({ project }) => project.id)).toEqual(['night', 'night']);
    await app['app.shown']({ id: 'night' });
    expect((await (await start())['app.hello']({})).project.id).toBe('night');
  });
});

describe('what no song may hold', () => {
  const piece = {
    key: { tonic: 0, mode: 'major' as const },
    barBeats: [4],
    notes: [{ step: 0, pitch: 60, duration: 4, velocity: 64 }],
    tempos: [{ beat: 0, bpm: 100 }],
    chords: [],
  };
  const clip = { id: 'c', name: 'Take', kind: 'take' as const, starred: false, piece, mix: {} };

  test('two clips of one id', () => {
    expect(() => projectSchema.check({ ...SONG, clips: [clip, clip] }, 'project')).toThrow(
      'project.clips must hold each id once',
    );
    expect(
      projectSchema.check({ ...SONG, clips: [clip, { ...clip, id: 'd' }] }, 'project').clips,
    ).toHaveLength(2);
  });

  test('bars that end before they start', () => {
    const renewed = { clipId: 'b', elements: [], fromBar: 2, toBar: 2 };
    expect(() => projectSchema.check({ ...SONG, clips: [{ ...clip, renewed }] }, 'project')).toThrow(
      'project.clips[0].renewed must end after its start',
    );
  });
});

test('settings never keep a song that failed', async () => {
  await keep();
  await (await start())['app.hello']({});
  await (await start())['app.hello']({});
  expect((await new SettingsStore(folder).load()).lastProject).toBeNull();
});
