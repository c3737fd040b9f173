import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeAtomically } from '../../src/host/files.ts';
import { DragFiles, safeFileName } from '../../src/host/midi-files.ts';
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
