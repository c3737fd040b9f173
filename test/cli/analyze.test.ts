import { spawnSync } from 'node:child_process';
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
mkdirSync(join(folder, 'no-music'));
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
    [[join(folder, 'no-music')], /holds no MIDI files/],
    [[song, '--csv'], /--csv and --out are for a folder/],
    [[file('text.mid', new TextEncoder().encode('dear diary'))], /text\.mid is not a MIDI file/],
    [[file('empty.mid', new Uint8Array())], /empty\.mid is empty/],
    [[file('cut.mid', readFileSync(song).subarray(0, 12))], /cut\.mid is cut short/],
    [[one], /one\.mid holds one note: too little music/],
    [[], /needs one MIDI file, or a folder/],
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

  describe('of a folder', () => {
    const music = join(folder, 'music');
    mkdirSync(join(music, 'below'), { recursive: true });
    writeFileSync(join(music, 'a, "b".mid'), songBytes({ bars: 8, tonic: 62, bpm: 96 }));
    writeFileSync(join(music, 'broken.MID'), 'dear diary');
    writeFileSync(join(music, 'notes.txt'), 'no music');
    writeFileSync(join(music, 'below', 'c.kar'), songBytes({ bars: 4, tonic: 60, bpm: 100 }));
    const names = ['a, "b".mid', join('below', 'c.kar'), 'broken.MID'].map((name) => join(music, name));
    const broken = [
      'affetto: 1 of 3 files could not be analysed; their lines say why, the others are whole.',
    ];

    it('has a line of JSON for each file, also for a broken one, and exit code 2', async () => {
      const { code, out, err } = await run('analyze', music);
      const lines = out.map((line) => JSON.parse(line));
      expect(lines.map(({ file }) => file)).toEqual(names);
      expect(lines[0]).toMatchObject({ bpm: 96, key: 'D major', bars: 8, passedOver: [] });
      expect(lines[2].error).toMatch(/broken\.MID is not a MIDI file/);
      expect(code).toBe(2);
      expect(err.filter((line) => line.includes('analysed'))).toEqual(broken);
    });

    it('has rows of CSV of one width', async () => {
      const { out } = await run('analyze', music, '--csv');
      expect(out[0]).toMatch(/^file,error,performance,/);
      expect(out[1]).toContain('a, ""b"".mid",,false,');
      const width = (row: string) => row.replace(/"(?:[^"]|"")*"/g, '').split(',').length;
      expect(new Set(out.map(width))).toEqual(new Set([width(out[0])]));
    });

    it.each([[[]], [['--csv']]])('goes on where it was stopped %j', async (flags) => {
      const out = join(folder, `out${flags.length}.txt`);
      await run('analyze', music, ...flags, '--out', out);
      const whole = readFileSync(out, 'utf8');
      const rows = whole.split('\n');
      const kept = rows.slice(0, rows.length - 3).join('\n');
      writeFileSync(out, `${kept}\n${rows[rows.length - 3].slice(0, 20)}`);
      const { err } = await run('analyze', music, ...flags, '--out', out);
      expect(readFileSync(out, 'utf8')).toBe(whole);
      expect(err).toContain('affetto: 1 of 3 files are done already');
    });

    it('adds nothing to a file of another kind', async () => {
      const out = file('diary.txt', new TextEncoder().encode('dear diary\n'));
      const { code, err } = await run('analyze', music, '--out', out);
      expect([code, err.at(-1)]).toEqual([2, expect.stringMatching(/was not written by this command/)]);
      expect(readFileSync(out, 'utf8')).toBe('dear diary\n');
    });

    it('ends quietly where nobody reads on', () => {
      const line = `"${process.execPath}" bin/affetto.mjs analyze "${music}" | head -n 1; echo $PIPESTATUS`;
      const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
      expect(
        stdout
          .split('\n')
          .slice(0, 1)
          .map((one) => JSON.parse(one).bars),
      ).toEqual([8]);
      expect(stderr).not.toMatch(/EPIPE|at .*\.ts/);
    });
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
