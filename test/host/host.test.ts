import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NEW_ASK, newProject, PROJECT_VERSION } from '../../src/document.ts';
import { writeAtomically } from '../../src/host/files.ts';
import { DragFiles, safeFileName } from '../../src/host/midi-files.ts';
import { readProject } from '../../src/host/migrate.ts';
import { ProjectStore } from '../../src/host/project-store.ts';
import { SessionMarker } from '../../src/host/session-marker.ts';
import { DEFAULT_SETTINGS, SettingsStore } from '../../src/host/settings-store.ts';

const ONE_NOTE = {
  key: { tonic: 0, mode: 'major' as const },
  barBeats: [4],
  notes: [{ step: 0, pitch: 60, duration: 4, velocity: 64 }],
  tempos: [{ beat: 0, bpm: 100 }],
  chords: [],
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-host-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('project files', () => {
  test('a project comes back as it was saved', async () => {
    const store = new ProjectStore(folder);
    const project = { ...newProject('abc'), name: 'Night' };
    await store.save(project);
    expect(await store.open('abc')).toEqual(project);
    expect(await store.list()).toMatchObject([{ id: 'abc', name: 'Night', clips: 0 }]);
  });

  test('a damaged file gives the newest readable version, and is kept', async () => {
    const store = new ProjectStore(folder);
    await store.save({ ...newProject('abc'), name: 'first' });
    await store.save({ ...newProject('abc'), name: 'second' });
    const path = join(folder, 'projects', 'abc.affetto');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 50));
    const recovered = await store.recover('abc');
    expect(recovered?.project.name).toBe('first');
    expect(recovered?.notice).toMatch(/earlier version/);
    expect(existsSync(`${path}.damaged`)).toBe(true);
  });

  test('a project of a newer version, of another program, or damaged is refused by name', () => {
    expect(() => readProject('{"format":"affetto-project","version":9}', 'a.affetto')).toThrow(
      /a\.affetto.*newer Affetto/,
    );
    expect(() => readProject('{"format":"other"}', 'a.affetto')).toThrow(/not an Affetto project/);
    expect(() => readProject('{', 'a.affetto')).toThrow(/damaged/);
    const bad = { ...newProject('abc'), ask: { ...newProject('abc').ask, bars: 0 } };
    expect(() => readProject(JSON.stringify(bad), 'a.affetto')).toThrow(
      /ask\.bars must be a whole number from 1 to 64/,
    );
  });

  test('a project of the first version opens with the settings it did not know as in a new song', async () => {
    const { follow, progression, low, high, voices, density, temperature, ...ask } = newProject('abc').ask;
    const old = {
      ...newProject('abc'),
      version: 1,
      ask: { ...ask, bars: 24, chords: 'keep', tempo: 96 },
      clips: [{ id: 'c', name: 'Take 1', kind: 'take', starred: true, piece: ONE_NOTE, mix: {}, seed: 7 }],
    };
    const opened = readProject(JSON.stringify(old), 'a.affetto');
    expect(opened.version).toBe(PROJECT_VERSION);
    expect(opened.ask).toEqual({ ...NEW_ASK, bars: 24, chords: 'keep', tempo: 96 });
    expect(opened.clips).toEqual(old.clips);
    const store = new ProjectStore(folder);
    await store.save(opened);
    expect(await store.open('abc')).toEqual(opened);
  });

  test('an adopted file never overwrites one that is here', async () => {
    const store = new ProjectStore(folder);
    await store.save(newProject('abc'));
    const adopted = await store.adopt('x.affetto', JSON.stringify({ ...newProject('abc'), name: 'guest' }));
    expect(adopted.id).not.toBe('abc');
    expect(await store.list()).toHaveLength(2);
  });
});

test('a failed write leaves the old file whole and no scraps', async () => {
  const path = join(folder, 'file.json');
  await writeAtomically(path, 'old');
  mkdirSync(join(folder, 'taken'));
  await expect(writeAtomically(join(folder, 'taken'), 'new')).rejects.toThrow(/Could not save/);
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('settings keep what is valid and replace what is not', async () => {
  writeFileSync(
    join(folder, 'settings.json'),
    '{"theme":"light","volume":7,"engine":"steam","metronome":true}',
  );
  const settings = await new SettingsStore(folder).load();
  expect(settings).toEqual({ ...DEFAULT_SETTINGS, theme: 'light', metronome: true });
  writeFileSync(join(folder, 'settings.json'), 'not json');
  expect(await new SettingsStore(folder).load()).toEqual(DEFAULT_SETTINGS);
});

test('a session that did not end by itself is noticed once', async () => {
  const marker = new SessionMarker(folder);
  expect(marker.foundCrash()).toBe(false);
  writeFileSync(join(folder, 'running.json'), '{"pid":99999999}');
  expect(marker.foundCrash()).toBe(true);
  await marker.begin();
  marker.end();
  expect(marker.foundCrash()).toBe(false);
});

describe('files to drag out', () => {
  const request = {
    name: 'Été / №1',
    piece: ONE_NOTE,
    type: 1 as const,
    chords: true,
    pedal: true,
  };

  test('have names that every system takes', () => {
    expect(safeFileName('Été / 1.mid')).toBe('Ete-1.mid');
    expect(safeFileName('../../etc/passwd')).toBe('etc-passwd.mid');
    expect(safeFileName('夜')).toBe('affetto.mid');
  });

  test('lie ready before the drag, each in a place of its own, known by ticket only', async () => {
    const drags = new DragFiles(folder);
    const [one, two] = [await drags.prepare(request), await drags.prepare(request)];
    expect(drags.take(one)).not.toBe(drags.take(two));
    expect(readFileSync(drags.take(one)).subarray(0, 4).toString()).toBe('MThd');
    expect(() => drags.take('nope')).toThrow(/not prepared/);
  });
});
