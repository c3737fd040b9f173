import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/cli/analysis.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { build, quarters } from '../model/music/midi-builder.ts';
import { run, scratch } from './run.ts';
import { songBytes } from './song-bytes.ts';

const folder = scratch();
const file = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const song = file('song.mid', songBytes({ bars: 8, tonic: 62, bpm: 96 }));
const one = file('one.mid', build({ tracks: [quarters([60])] }));

beforeEach(() => {
  process.env.AFFETTO_MODELS = join(folder, 'no-models');
});
afterEach(() => {
  delete process.env.AFFETTO_MODELS;
});

describe('affetto analyze', () => {
  it('tells tempo, key, beats, chords and measures as JSON', async () => {
    const { code, out } = await run('analyze', song, '--json');
    expect(code).toBe(0);
    expect(out).toHaveLength(1);
    const analysis = JSON.parse(out[0]) as Analysis;
    expect(analysis).toMatchObject({ file: song, isPerformance: false, bpm: 96, key: 'D major', bars: 8 });
    expect(analysis.beats).toHaveLength(32);
    expect(analysis.beats[1]).toBeCloseTo(60 / 96, 3);
    expect(analysis.downbeats).toEqual(analysis.beats.filter((_, i) => i % 4 === 0));
    expect(analysis.chords.map((chord) => chord.label)).toEqual(['D', 'G', 'A', 'D', 'G', 'A', 'D']);
    expect(analysis.chords[0]).toMatchObject({ start: 0, end: 2.5 });
    expect(analysis.chords.at(-1)?.end).toBe(20);
    expect(analysis.measures).toMatchObject({ pitchRange: 43, pitchClasses: 7 });
    expect([analysis.emotion, analysis.voices]).toEqual([null, null]);
  });

  it('hears emotion, whole and by bar, with the listeners of the repository', async () => {
    delete process.env.AFFETTO_MODELS;
    const { code, out } = await run('analyze', song, '--json');
    expect(code).toBe(0);
    const { emotion, voices } = JSON.parse(out[0]) as Analysis;
    const notes = parseMidi(songBytes({ bars: 8, tonic: 62, bpm: 96 }), 'song').notes.length;
    expect(voices!.melody + voices!.bass + voices!.inner).toBe(notes);
    expect(Math.min(voices!.melody, voices!.bass)).toBeGreaterThan(0);
    expect(emotion?.perBar).toHaveLength(8);
    for (const { valence, arousal } of [emotion!, ...emotion!.perBar]) {
      expect(Math.max(Math.abs(valence), Math.abs(arousal))).toBeLessThanOrEqual(1);
    }
    expect(['Q1', 'Q2', 'Q3', 'Q4']).toContain(emotion?.quadrant);
  });

  it('tells people the same in lines', async () => {
    const { code, out } = await run('analyze', song);
    expect(code).toBe(0);
    expect(out.join('\n')).toMatch(/file's own grid[\s\S]*96\.0 bpm, 32 beats, 8 bars[\s\S]*D major/);
  });

  it('takes corrections', async () => {
    const beats = async (...args: string[]): Promise<number> => {
      const { out } = await run('analyze', song, '--json', ...args);
      return (JSON.parse(out[0]) as Analysis).beats.length;
    };
    expect(await beats('--double')).toBe(64);
    expect(await beats('--halve')).toBe(16);
    expect(await beats('--three-four')).toBe(33);
    expect(await beats('--four-four')).toBe(32);
  });

  it.each([
    [['nothing.mid'], /there is no file nothing\.mid/],
    [[folder], /is a folder; name a file in it/],
    [[file('text.mid', new TextEncoder().encode('dear diary'))], /text\.mid is not a MIDI file/],
    [[file('empty.mid', new Uint8Array())], /empty\.mid is empty/],
    [[file('cut.mid', readFileSync(song).subarray(0, 12))], /cut\.mid is cut short/],
    [[one], /one\.mid holds one note: too little music/],
    [[], /needs one MIDI file/],
    [[song, '--shift', 'two'], /--shift wants a whole number/],
    [[song, '--grid', 'square'], /--grid is file, track or auto/],
    [[song, '--double', '--halve'], /one of --double and --halve/],
    [[song, '--louder'], /--louder/],
  ])('%j: one line, exit code 2', async (args, message) => {
    const { code, out, err } = await run('analyze', ...args);
    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(message);
    expect(err[0]).not.toContain('\n');
  });

  it('names a damaged listener', async () => {
    const models = join(folder, 'models');
    mkdirSync(join(models, 'recogniser'), { recursive: true });
    writeFileSync(join(models, 'recogniser', 'weights.safetensors'), 'x');
    writeFileSync(join(models, 'recogniser', 'config.json'), '{}');
    writeFileSync(join(models, 'recogniser', 'checksums.json'), '{"config.json": "0"}');
    process.env.AFFETTO_MODELS = models;
    const { code, err } = await run('analyze', song);
    expect(code).toBe(2);
    expect(err[0]).toMatch(/recogniser.config\.json: its checksum/);
  });
});
