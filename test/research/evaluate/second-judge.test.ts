import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PlainNote, plainNotes, SecondJudge } from '../../../research/evaluate/second-judge.ts';
import { Store } from '../../../research/evaluate/store.ts';
import { scratch } from '../../cli/run.ts';

let folder: string;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands in for training/judge, run by node: hears a clip's number of notes and its first pitch. */
const HEARS = `
import { readFileSync } from 'node:fs';
const [, , option, file] = process.argv;
if (option !== '--clips') process.exit(3);
const { clips } = JSON.parse(readFileSync(file, 'utf8'));
console.log(JSON.stringify({ heard: clips.map((c) => (c.length < 2 ? null : [c.length / 10, c[0][1] / 100])) }));
`;

const note = (pitch: number): PlainNote => [0, pitch, 64, 0.5];
const CLIPS = [[note(60), note(64), note(67)], [note(72)]];
const HEARD = [{ valence: 0.3, arousal: 0.6 }, null];

function judge(text: string, python: string | null = process.execPath): SecondJudge {
  const script = join(folder, 'judge.mjs');
  writeFileSync(script, text);
  const signal = new AbortController().signal;
  return new SecondJudge({
    python,
    judge: { name: 'the second judge', args: [script], files: [script] },
    store: new Store(join(folder, 'store')),
    signal,
  });
}

describe('the second judge', () => {
  it('is asked through its own program, and not twice for the same takes', async () => {
    expect(await judge(HEARS).hear('a/second', [1], CLIPS)).toEqual(HEARD);
    // The program is there no more, and was not needed.
    expect(await judge(HEARS, null).hear('a/second', [1], CLIPS)).toEqual(HEARD);
    expect(await judge(HEARS, join(folder, 'nothing')).hear('a/second', [1], CLIPS)).toEqual(HEARD);
  });

  it('says nothing where it cannot be asked: other takes, another judge', async () => {
    await judge(HEARS).hear('a/second', [1], CLIPS);
    expect(await judge(HEARS, null).hear('a/second', [2], CLIPS)).toBeNull();
    expect(await judge(HEARS, null).hear('b/second', [1], CLIPS)).toBeNull();
    expect(await judge(`${HEARS}\n// changed`, null).hear('a/second', [1], CLIPS)).toBeNull();
  });

  it('says what is wrong in one line', async () => {
    const asked = (text: string, python?: string) => judge(text, python).hear('a', [], CLIPS);
    await expect(asked('console.error("no torch"); process.exit(1);')).rejects.toThrow(
      /second judge failed .*no torch.*requirements\.txt/,
    );
    await expect(asked('console.log("{}")')).rejects.toThrow(/no answer that can be read/);
    await expect(asked('console.log(JSON.stringify({ heard: [[0, 0]] }))')).rejects.toThrow(/no answer/);
    await expect(asked('console.log(JSON.stringify({ heard: [[0], null] }))')).rejects.toThrow(/no answer/);
    await expect(asked(HEARS, join(folder, 'nothing'))).rejects.toThrow(/could not be run/);
    expect(() => judge(HEARS, '--version')).toThrow(/is no program/);
    expect(() => judge(HEARS, '')).toThrow(/is no program/);
  });

  it('stops with the run', async () => {
    const abort = new AbortController();
    const script = join(folder, 'slow.mjs');
    writeFileSync(script, 'setTimeout(() => {}, 60_000);');
    const store = new Store(join(folder, 'store'));
    const judge = { name: 'the second judge', args: [script], files: [script] };
    const slow = new SecondJudge({ python: process.execPath, judge, store, signal: abort.signal });
    const answer = slow.hear('a', [], CLIPS);
    abort.abort();
    await expect(answer).rejects.toThrow(/could not be run/);
  });

  it('gets onsets, pitches, velocities and lengths', () => {
    const heard = { pitch: 60, velocity: 80, startSeconds: 1.23456, endSeconds: 2, soundSeconds: 3 };
    expect(plainNotes([heard])).toEqual([[1.235, 60, 80, 0.765]]);
  });
});
