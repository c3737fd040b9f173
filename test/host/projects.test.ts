import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { NEW_ASK, newProject, PROJECT_VERSION } from '../../src/contract/document.ts';
import type { Revision } from '../../src/contract/project-calls.ts';
import { readProject } from '../../src/host/migrate.ts';
import { ProjectBin } from '../../src/host/project-bin.ts';
import { ProjectStore } from '../../src/host/project-store.ts';

const ONE_NOTE = {
  key: { tonic: 0, mode: 'major' as const },
  barBeats: [4],
  notes: [{ step: 0, pitch: 60, duration: 4, velocity: 64 }],
  tempos: [{ beat: 0, bpm: 100 }],
  chords: [],
};

let folder: string;
let store: ProjectStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-projects-'));
  store = new ProjectStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const song = (name: string, id = 'abc') => ({ ...newProject(id), name });
const pathOf = (id: string) => join(folder, 'projects', `${id}.affetto`);

/** Saves and returns the revision; fails the test where the store refuses. */
async function saved(name: string, seen: Revision = null, by = 'one'): Promise<Revision> {
  const answer = await store.save(song(name), seen, by);
  if (!answer.saved) throw new Error('refused');
  return answer.revision;
}

describe('songs on disk', () => {
  test('a song comes back as it was saved', async () => {
    const revision = await saved('Night');
    expect(await store.open('abc')).toEqual({ project: song('Night'), revision });
    expect(await store.list()).toMatchObject([{ id: 'abc', name: 'Night', clips: 0, trouble: null }]);
  });

  test('a list shows a rename at once, and songs that cannot be read with the reason', async () => {
    await saved('Night');
    await store.list();
    await store.rename('abc', 'Day');
    writeFileSync(pathOf('newer'), '{"format":"affetto-project","version":99,"name":"From tomorrow"}');
    writeFileSync(pathOf('broken'), '{"format":');
    writeFileSync(join(folder, 'projects', '..notes.txt'), 'not ours');
    const byId = Object.fromEntries((await store.list()).map((entry) => [entry.id, entry]));
    expect(byId.abc).toMatchObject({ name: 'Day', trouble: null });
    expect(byId.newer).toMatchObject({
      name: 'From tomorrow',
      trouble: expect.stringMatching(/newer Affetto/),
    });
    expect(byId.broken.trouble).toMatch(/damaged/);
    expect(Object.keys(byId)).toHaveLength(3);
  });

  test('an adopted file never overwrites one that is here', async () => {
    await saved('Night');
    const { project } = await store.adopt('x.affetto', JSON.stringify(song('guest')));
    expect(project.id).not.toBe('abc');
    expect(await store.list()).toHaveLength(2);
  });

  test('another program’s file, a newer and a damaged one are refused by name', () => {
    expect(() => readProject('{"format":"affetto-project","version":99}', 'a.affetto')).toThrow(
      /a\.affetto.*newer Affetto.*Update/,
    );
    expect(() => readProject('{"format":"other"}', 'a.affetto')).toThrow(/not an Affetto project/);
    expect(() => readProject('{', 'a.affetto')).toThrow(/damaged/);
    const bad = { ...song('x'), ask: { ...song('x').ask, bars: 0 } };
    expect(() => readProject(JSON.stringify(bad), 'a.affetto')).toThrow(
      /ask\.bars must be a whole number from 1 to 64/,
    );
  });

  test('a song of the first version opens with the settings it did not know as in a new song', () => {
    const { follow, progression, low, high, voices, density, temperature, ...ask } = song('old').ask;
    const old = {
      ...song('old'),
      version: 1,
      ask: { ...ask, bars: 24, chords: 'keep', tempo: 96 },
      clips: [{ id: 'c', name: 'Take 1', kind: 'take', starred: true, piece: ONE_NOTE, mix: {}, seed: 7 }],
    };
    const opened = readProject(JSON.stringify(old), 'a.affetto');
    expect(opened.version).toBe(PROJECT_VERSION);
    expect(opened.ask).toEqual({ ...NEW_ASK, bars: 24, chords: 'keep', tempo: 96 });
    expect(opened.clips).toEqual(old.clips);
  });

  test('a note keeps its voice, and one of no known voice is refused', () => {
    const withVoice = (voice: string) => ({
      ...song('Voices'),
      clips: [
        {
          id: 'c',
          name: 'Take 1',
          kind: 'take',
          starred: true,
          piece: { ...ONE_NOTE, notes: [{ ...ONE_NOTE.notes[0], voice }] },
          mix: {},
          seed: 7,
        },
      ],
    });
    const opened = readProject(JSON.stringify(withVoice('bass')), 'a.affetto');
    expect(opened.clips[0].piece.notes[0].voice).toBe('bass');
    expect(() => readProject(JSON.stringify(withVoice('tenor')), 'a.affetto')).toThrow(/voice/);
  });
});

describe('two windows on one song', () => {
  test('the second save is refused, and writes nothing', async () => {
    const first = await saved('Night');
    await saved('Night by one', first, 'one');
    const answer = await store.save(song('Night by two'), first, 'two');
    expect(answer).toMatchObject({ saved: false, other: { name: 'Night by one' } });
    expect((await store.open('abc')).project.name).toBe('Night by one');
  });

  test('another program that wrote the file anew, mark and all, is never written over', async () => {
    const revision = await saved('Night');
    const theirs = readFileSync(pathOf('abc'), 'utf8').replace('"Night"', '"Their night"');
    writeFileSync(pathOf('abc'), theirs);
    expect(await store.save(song('Mine'), revision, 'one')).toMatchObject({ saved: false });
    expect(readFileSync(pathOf('abc'), 'utf8')).toBe(theirs);
  });

  test('another process that saves is noticed too', async () => {
    const first = await saved('Night');
    const other = new ProjectStore(folder);
    expect((await other.save(song('Elsewhere'), first, 'two')).saved).toBe(true);
    expect((await store.save(song('Here'), first, 'one')).saved).toBe(false);
  });

  test('two processes that save at the same moment are told apart, round after round', async () => {
    const other = new ProjectStore(folder);
    let seen = await saved('Night');
    for (let round = 0; round < 30; round++) {
      const answers = await Promise.all([
        store.save(song('Day 1'), seen, 'one'),
        other.save(song('Day 2'), seen, 'two'),
      ]);
      const won = answers.flatMap((answer, i) => (answer.saved ? [{ i, revision: answer.revision }] : []));
      expect(won).toHaveLength(1);
      const { project, revision } = await store.open('abc');
      expect([project.name, revision]).toEqual([`Day ${won[0].i + 1}`, won[0].revision]);
      seen = revision;
    }
  });

  test('a file of the same size, time and place is another state after a save', async () => {
    const time = new Date('2026-01-01T00:00:00Z');
    const first = await saved('Night');
    utimesSync(pathOf('abc'), time, time);
    const text = readFileSync(pathOf('abc'), 'utf8');
    const before = await store.open('abc');
    writeFileSync(pathOf('abc'), text.replace(first!.split('-').at(-1)!, '0123456789abcdef'));
    utimesSync(pathOf('abc'), time, time);
    const { revision } = await store.open('abc');
    expect(revision!.split('-').slice(0, 3)).toEqual(before.revision!.split('-').slice(0, 3));
    expect((await store.save(song('Night'), before.revision, 'two')).saved).toBe(false);
  });

  test('a turn that a killed process left behind costs no time', async () => {
    const first = await saved('Night');
    const turn = `${pathOf('abc')}.turn`;
    writeFileSync(turn, `99999999 ${hostname()} 0123456789abcdef`);
    // Its date says nothing: clocks are set, and folders are copied.
    const future = new Date(Date.now() + 3600_000);
    utimesSync(turn, future, future);
    // With time standing still nothing is waited out.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    onTestFinished(() => clock.mockRestore());
    expect((await store.save(song('Day'), first, 'one')).saved).toBe(true);
    expect(existsSync(turn)).toBe(false);
  });

  test('a turn of nobody knows whom is taken over after a while, whatever its date', async () => {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 100;
      return now;
    });
    onTestFinished(() => clock.mockRestore());
    const first = await saved('Night');
    const turn = `${pathOf('abc')}.turn`;
    writeFileSync(turn, `${process.pid} another-machine 0123456789abcdef`);
    const future = new Date(Date.now() + 3600_000);
    utimesSync(turn, future, future);
    expect((await store.save(song('Day'), first, 'one')).saved).toBe(true);
    expect(existsSync(turn)).toBe(false);
  });

  test('of two saves at once one is refused', async () => {
    const first = await saved('Night');
    const answers = await Promise.all([
      store.save(song('by one'), first, 'one'),
      store.save(song('by two'), first, 'two'),
    ]);
    expect(answers.map((answer) => answer.saved).sort()).toEqual([false, true]);
  });

  test('a window whose answer was lost is not taken for another one', async () => {
    const first = await saved('Night');
    await saved('Night, answer lost', first, 'one');
    expect((await store.save(song('Night, again'), first, 'one')).saved).toBe(true);
  });

  test('a song that was deleted meanwhile is not brought back by a save', async () => {
    const first = await saved('Night');
    await store.remove('abc');
    expect(await store.save(song('Night'), first, 'two')).toEqual({ saved: false, other: null });
    expect(existsSync(pathOf('abc'))).toBe(false);
  });
});

describe('deleted songs', () => {
  test('are listed until they are brought back, to the same revision', async () => {
    const revision = await saved('Night');
    await store.remove('abc');
    expect(await store.list()).toEqual([]);
    const [deleted] = await store.deleted();
    expect(deleted).toMatchObject({ id: 'abc', name: 'Night' });
    expect(Date.parse(deleted.keptUntil) - Date.parse(deleted.deletedAt)).toBe(30 * 86_400_000);
    await store.restore('abc');
    expect(await store.deleted()).toEqual([]);
    expect(await store.open('abc')).toEqual({ project: song('Night'), revision });
  });

  test('come back beside a song that took their place', async () => {
    await saved('Night');
    await store.remove('abc');
    await saved('Another');
    await store.restore('abc');
    expect((await store.list()).map(({ name }) => name).sort()).toEqual(['Another', 'Night']);
  });

  test('of one id, deleted twice, are two songs', async () => {
    await saved('First');
    await store.remove('abc');
    await saved('Second');
    await store.remove('abc');
    const deleted = await store.deleted();
    expect(deleted.map(({ name }) => name)).toEqual(['Second', 'First']);
    expect(new Set(deleted.map(({ id }) => id)).size).toBe(2);
    for (const { id } of deleted) await store.restore(id);
    expect((await store.list()).map(({ name }) => name).sort()).toEqual(['First', 'Second']);
  });

  test('go for good when asked, and after thirty days', async () => {
    await saved('Night');
    await store.remove('abc');
    await store.purge('abc');
    expect(await store.deleted()).toEqual([]);
    await expect(store.restore('abc')).rejects.toThrow(/no longer among the deleted/);

    const bin = new ProjectBin(join(folder, 'projects'));
    await saved('Old');
    await bin.put('abc', pathOf('abc'), new Date(Date.now() - 31 * 86_400_000));
    await saved('Younger');
    await bin.put('abc', pathOf('abc'), new Date(Date.now() - 29 * 86_400_000));
    await store.sweepDeleted();
    expect((await store.deleted()).map(({ name }) => name)).toEqual(['Younger']);
  });
});

describe('a song that cannot be opened at the start', () => {
  test('damaged: its newest readable version, on disk again, and the damaged file is kept', async () => {
    const first = await saved('first');
    await saved('second', first);
    writeFileSync(pathOf('abc'), readFileSync(pathOf('abc'), 'utf8').slice(0, 50));
    const recovered = await store.recover('abc');
    expect(recovered.project?.name).toBe('first');
    expect(recovered.notice).toMatch(/damaged.*earlier version/);
    expect(existsSync(`${pathOf('abc')}.damaged`)).toBe(true);
    expect((await store.open('abc')).project.name).toBe('first');
  });

  test('damaged without versions: the file stays, and that is said', async () => {
    await saved('only');
    writeFileSync(pathOf('abc'), 'zzz');
    const { project, notice } = await store.recover('abc');
    expect([project, notice]).toEqual([null, expect.stringMatching(/damaged.*new song was opened/)]);
    expect(readFileSync(pathOf('abc'), 'utf8')).toBe('zzz');
  });

  test('newer: the file stays untouched, and no older version takes its place', async () => {
    const first = await saved('first');
    await saved('second', first);
    const newer = '{"format":"affetto-project","version":99}';
    writeFileSync(pathOf('abc'), newer);
    const { project, notice } = await store.recover('abc');
    expect([project, notice]).toEqual([null, expect.stringMatching(/newer Affetto.*new song was opened/)]);
    expect(readFileSync(pathOf('abc'), 'utf8')).toBe(newer);
  });

  test('deleted: a new song, without a word', async () => {
    const first = await saved('first');
    await saved('second', first);
    await store.remove('abc');
    expect(await store.recover('abc')).toEqual({ project: null, notice: null });
  });
});

test('versions are set aside every five minutes, and no more than twenty', async () => {
  let revision = await saved('first');
  const versions = join(folder, 'projects', 'versions', 'abc');
  revision = await saved('second', revision);
  revision = await saved('third', revision);
  expect(readdirSync(versions)).toHaveLength(1);
  for (let i = 0; i < 24; i++) {
    const name = new Date(Date.UTC(2020, 0, 1, i)).toISOString().replaceAll(':', '_');
    writeFileSync(join(versions, `${name}.affetto`), '{}');
  }
  for (const name of readdirSync(versions)) if (name > '2021') rmSync(join(versions, name));
  await store.save(song('fourth'), revision, 'one');
  expect(readdirSync(versions)).toHaveLength(20);
});
