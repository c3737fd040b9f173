import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CALLS } from '../../src/contract/contract.ts';
import { writeAtomically } from '../../src/host/files.ts';
import { sweepLeftOvers } from '../../src/host/left-overs.ts';
import { DragFiles, midiBytes, safeFileName } from '../../src/host/midi-files.ts';
import { SessionMarker } from '../../src/host/session-marker.ts';
import { DEFAULT_SETTINGS, SettingsStore } from '../../src/host/settings-store.ts';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';

const ONE_NOTE = {
  key: { tonic: 0, mode: 'major' as const },
  barBeats: [4],
  notes: [{ step: 0, pitch: 60, duration: 4, velocity: 64 }],
  tempos: [{ beat: 0, bpm: 100 }],
  chords: [],
};
const SCALE = [60, 62, 64, 65].map((pitch, i) => ({ step: i * 4, pitch, duration: 4, velocity: 64 }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-host-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a failed write leaves the old file whole and no scraps', async () => {
  const path = join(folder, 'file.json');
  await writeAtomically(path, 'old');
  mkdirSync(join(folder, 'taken'));
  await expect(writeAtomically(join(folder, 'taken'), 'new')).rejects.toThrow(/Could not save/);
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'where a link stands, the file that it points to is written',
  async () => {
    const [file, link] = [join(folder, 'elsewhere', 'file.json'), join(folder, 'link.json')];
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    await writeAtomically(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('new');
  },
);

test('what killed processes left is swept: half-written files and turns, and nothing that is in use', async () => {
  const below = join(folder, 'projects', 'versions', 'abc');
  mkdirSync(below, { recursive: true });
  const left = [
    join(folder, 'settings.json.99999999-0a1b2c3d.tmp'),
    join(below, '2026.affetto.99999999-0a1b2c3d.tmp'),
    join(folder, 'projects', 'abc.affetto.turn'),
    join(folder, 'projects', 'old.affetto.0a1b2c3d.tmp'),
  ];
  const used = [
    join(folder, `settings.json.${process.pid}-0a1b2c3d.tmp`),
    join(folder, 'projects', 'def.affetto.turn'),
    join(folder, 'projects', 'abc.affetto'),
    join(folder, 'projects', 'notes.tmp'),
  ];
  for (const path of [...left, ...used]) writeFileSync(path, `99999999 ${hostname()} 00`);
  writeFileSync(used[1], `${process.pid} ${hostname()} 00`);
  const yesterday = new Date(Date.now() - 25 * 3600_000);
  utimesSync(left[3], yesterday, yesterday);
  await sweepLeftOvers(folder);
  expect(left.filter(existsSync)).toEqual([]);
  expect(used.filter((path) => !existsSync(path))).toEqual([]);
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

test.each(['../../../x', '/etc', 'a\\b', '.hidden', ''])('a model’s name is no path (%j)', async (model) => {
  const settings = new SettingsStore(folder);
  expect(() => CALLS['settings.change'].params.check({ model }, 'settings.change')).toThrow(
    /must be of the form/,
  );
  await expect(settings.change({ model })).rejects.toThrow(/must be of the form/);
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ model, metronome: true }));
  expect(await settings.load()).toMatchObject({ model: 'affetto', metronome: true });
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

  test("have the file's own tempo, or the beats that were found", () => {
    const song = parseMidi(writeMidi({ ...ONE_NOTE, notes: SCALE }), 'scale.mid');
    const { piece } = importPiece(song, { freeTime: true, grid: 'track' });
    const tempoOf = (beats: 'file' | 'piece') =>
      parseMidi(midiBytes({ ...request, piece, beats }), 'again.mid').tempos[0].bpm;
    expect(tempoOf('file')).toBeCloseTo(100, 1);
    expect(tempoOf('piece')).toBeCloseTo(120, 1);
  });

  test('lie ready before the drag, each in a place of its own, known by ticket only', async () => {
    const drags = new DragFiles(folder);
    const [one, two] = [await drags.prepare(request), await drags.prepare(request)];
    const [first, second] = [drags.take(one), drags.take(two)];
    expect(first).not.toBe(second);
    expect(readFileSync(second).subarray(0, 4).toString()).toBe('MThd');
    expect(() => drags.take('nope')).toThrow(/not prepared/);
  });

  test('have tickets that are good for one drag', async () => {
    const drags = new DragFiles(folder);
    const ticket = await drags.prepare(request);
    const path = drags.take(ticket);
    expect(() => drags.take(ticket)).toThrow(/not prepared/);
    expect(existsSync(path)).toBe(true);
  });

  test('go again when they were prepared and not dragged', async () => {
    const drags = new DragFiles(folder);
    const dragged = drags.take(await drags.prepare(request));
    const tickets: string[] = [];
    for (let i = 0; i < 20; i++) tickets.push(await drags.prepare(request));
    expect(readdirSync(join(folder, 'drag', 'prepared'))).toHaveLength(16);
    expect(() => drags.take(tickets[0])).toThrow(/not prepared/);
    expect(existsSync(drags.take(tickets[19]))).toBe(true);
    const old = new Date(Date.now() - 2 * 3600_000);
    for (const ticket of tickets.slice(4, 19)) utimesSync(join(folder, 'drag', 'prepared', ticket), old, old);
    await new DragFiles(folder).sweep();
    expect(readdirSync(join(folder, 'drag', 'prepared'))).toEqual([]);
    expect(existsSync(dragged)).toBe(true);
  });
});
