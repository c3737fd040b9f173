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
    const many = await run(
      'generate',
      ...ask,
      '--bars',
      '3',
      '--takes',
      '2',
      '--best-of',
      '1',
      '--out',
      folder,
      '--json',
    );
    expect(many.code).toBe(0);
    const told = many.out.map((line) => JSON.parse(line));
    expect(told.map(({ seed, bars, engine, choice }) => [seed, bars, engine, choice])).toEqual([
      [6, 3, 'simd', null],
      [7, 3, 'simd', null],
    ]);
    const bytes = readFileSync(told[0].file);
    expect(parseMidi(new Uint8Array(bytes), 'a').notes).toHaveLength(told[0].notes);
    expect((await run('generate', ...ask, '--bars', '3', '--best-of', '1', '--out', file)).code).toBe(0);
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

  it('keeps chords, range and voices, and chooses the best of several', async () => {
    const file = join(scratch(), 'a.mid');
    const limits = ['--chords', 'Am F', '--low', 'C3', '--polyphony', '3', '--best-of', '2'];
    const { code, out } = await run('generate', ...ask, ...limits, '--bars', '2', '--out', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out[0]).choice.candidates).toHaveLength(2);
    const { notes } = parseMidi(new Uint8Array(readFileSync(file)), 'a');
    expect(notes.length).toBeGreaterThan(0);
    expect(notes.every(({ pitch }) => pitch >= 48)).toBe(true);
  });

  it('streams bars with voices', async () => {
    const { code, out } = await run('generate', ...ask, '--stream', '--bars', '2');
    expect(code).toBe(0);
    const bars = out.map((line) => JSON.parse(line));
    expect(bars.map(({ bar, beats }) => [bar, beats])).toEqual([[0, 4], [1, 4]]); // biome-ignore format: short
    for (const { notes, words } of bars) {
      expect(words.every((word: number[]) => word.length === 8)).toBe(true);
      expect(notes.every(({ voice }: { voice: string }) => /melody|bass|inner/.test(voice))).toBe(true);
    }
  });

  it('refuses an engine that it does not run in', async () => {
    const file = join(scratch(), 'a.mid');
    const { code, err } = await run('generate', ...ask, '--out', file, '--engine', 'tfjs');
    expect(code).toBe(2);
    expect(err.join()).toMatch(/not in 'tfjs'/);
  });
});
