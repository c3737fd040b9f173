import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { Midi } from '../../src/model/music/tone-midi.ts';
import { run, scratch, tinyModel } from './run.ts';

const ask = ['--quadrant', 'Q4', '--seed', '6', '--model', tinyModel('generator')];

describe('affetto generate with a model of format 2', () => {
  it('writes takes that are the same alone and beside others', async () => {
    const [folder, file] = [scratch(), join(scratch(), 'a.mid')];
    const many = await run('generate', ...ask, '--bars', '3', '--takes', '2', '--out', folder, '--json');
    expect(many.code).toBe(0);
    const told = many.out.map((line) => JSON.parse(line));
    expect(told.map(({ seed, bars, engine, choice }) => [seed, bars, engine, choice])).toEqual([
      [6, 3, 'simd', null],
      [7, 3, 'simd', null],
    ]);
    const bytes = readFileSync(told[0].file);
    expect(parseMidi(new Uint8Array(bytes), 'a').notes).toHaveLength(told[0].notes);
    expect((await run('generate', ...ask, '--bars', '3', '--out', file)).code).toBe(0);
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('writes its voices on channels', async () => {
    const file = join(scratch(), 'a.mid');
    const { code } = await run('generate', ...ask, '--bars', '4', '--voices-on-channels', '--out', file);
    expect(code).toBe(0);
    const { tracks } = new Midi(readFileSync(file));
    const channels = tracks.filter(({ notes }) => notes.length > 0).map(({ channel }) => channel);
    expect(channels.sort()).toEqual([0, 1, 2]);
  });

  it('keeps key and tempo', async () => {
    const file = join(scratch(), 'a.mid');
    const kept = ['--key', 'Bb minor', '--tempo', '73', '--bars', '2', '--out', file];
    expect((await run('generate', ...ask, ...kept)).code).toBe(0);
    const song = parseMidi(new Uint8Array(readFileSync(file)), 'a');
    expect(song.tempos.map(({ bpm }) => Math.round(bpm))).toEqual([73]);
  });

  it.each([
    ['--chords', 'Am F'],
    ['--low', 'C3'],
    ['--polyphony', '3'],
    ['--best-of', '4'],
    ['--engine', 'tfjs'],
  ])('refuses %s', async (option, value) => {
    const { code, err } = await run('generate', ...ask, '--out', join(scratch(), 'a.mid'), option, value);
    expect(code).toBe(2);
    expect(err.join()).toMatch(
      option === '--engine' ? /not in 'tfjs'/ : new RegExp(`${option} is not known`),
    );
  });
});
