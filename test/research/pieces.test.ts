import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../research/main.ts';
import { songBytes } from '../cli/song-bytes.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-pieces-'));
  mkdirSync(join(folder, 'pop1k7', 'midi'), { recursive: true });
  writeFileSync(join(folder, 'pop1k7', 'songs.csv'), 'song,split\na,train\nabsent,train\nb,val\n');
  for (const id of ['a', 'b'])
    writeFileSync(join(folder, 'pop1k7', 'midi', `${id}.mid`), songBytes({ bars: 6 }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pieces = (signal = new AbortController().signal) =>
  main(['pieces', '--pop1k7', join(folder, 'pop1k7'), '--out', join(folder, 'out')], {
    out: () => {},
    err: () => {},
    signal,
    interactive: false,
  });

const lines = (name: string) =>
  readFileSync(join(folder, 'out', name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

it('writes a piece a line, a voice a note and an emotion a bar', async () => {
  expect(await pieces()).toBe(0);
  const [a, b] = lines('pop1k7.jsonl');
  expect([a.id, a.split, b.id, b.split]).toEqual(['a', 'train', 'b', 'val']);
  expect(a.notes.length).toBeGreaterThan(20);
  expect(a.voices).toHaveLength(a.notes.length);
  expect(new Set(a.voices).size).toBeGreaterThan(1);
  expect(a.v).toHaveLength(a.barBeats.length);
  expect(a.chords).toHaveLength(a.barBeats.reduce((sum: number, beats: number) => sum + beats, 0));
});

it('goes on where it was interrupted, and forgets a line that was cut short', async () => {
  await pieces();
  const whole = readFileSync(join(folder, 'out', 'pop1k7.jsonl'), 'utf8');
  const first = whole.slice(0, whole.indexOf('\n') + 1);
  writeFileSync(join(folder, 'out', 'pop1k7.unfinished.jsonl'), `${first}{"id":"b","no`);
  await pieces();
  expect(readFileSync(join(folder, 'out', 'pop1k7.jsonl'), 'utf8')).toBe(whole);
});
