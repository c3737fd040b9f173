import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emotionOfQuadrant } from '../../src/cli/arguments.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { run, scratch, tinyModel } from './run.ts';

const model = ['--model', tinyModel('affetto')];
const json = (line: string): Record<string, unknown> => JSON.parse(line);

describe('affetto generate', () => {
  it('writes a file and tells of it', async () => {
    const out = join(scratch(), 'a.mid');
    const { code, out: lines } = await run(
      'generate',
      '--quadrant',
      'q2',
      '--bars',
      '3',
      '--seed',
      '4',
      '--out',
      out,
      '--json',
      ...model,
    );
    expect(code).toBe(0);
    expect(lines).toHaveLength(1);
    const told = json(lines[0]);
    expect(Object.keys(told).sort()).toEqual([
      'arousal',
      'asked',
      'bars',
      'choice',
      'engine',
      'file',
      'firstNoteMs',
      'heard',
      'notes',
      'seed',
      'valence',
      'wordsPerSecond',
    ]);
    const asked = emotionOfQuadrant('Q2');
    expect(Math.sign(asked.valence)).toBe(-1);
    expect(Math.sign(asked.arousal)).toBe(1);
    expect(told).toMatchObject({ file: out, seed: 4, bars: 3, engine: 'simd', ...asked, asked });
    const song = parseMidi(new Uint8Array(readFileSync(out)), out);
    expect(song.notes).toHaveLength(told.notes as number);
  });

  it.each(['affetto', 'muser-paper'] as const)(
    'with %s gives the same bytes for the same seed',
    async (name) => {
      const folder = scratch();
      const ask = [
        '--valence',
        '-0.5',
        '--arousal',
        '.25',
        '--bars',
        '2',
        '--model',
        tinyModel(name),
        '--seed',
      ];
      for (const [file, seed] of [
        ['a', '1'],
        ['b', '1'],
        ['c', '2'],
      ])
        expect((await run('generate', ...ask, seed, '--out', join(folder, `${file}.mid`))).code).toBe(0);
      const bytes = (file: string) => readFileSync(join(folder, `${file}.mid`)).toString('hex');
      expect(bytes('a')).toBe(bytes('b'));
      expect(bytes('a')).not.toBe(bytes('c'));
    },
  );

  it('numbers several takes, or names them in a folder by their seeds', async () => {
    const folder = scratch();
    const ask = ['generate', '--quadrant', 'Q4', '--bars', '1', '--takes', '2', '--seed', '7', ...model];
    await run(...ask, '--out', join(folder, 'x.mid'));
    await run(...ask, '--out', join(folder, 'new', 'deep'));
    expect(readdirSync(folder).sort()).toEqual(['new', 'x-1.mid', 'x-2.mid']);
    expect(readdirSync(join(folder, 'new', 'deep')).sort()).toEqual(['q4-seed7.mid', 'q4-seed8.mid']);
  });

  it('keeps the key and the tempo that were asked', async () => {
    const out = join(scratch(), 'k.mid');
    await run(
      'generate',
      '--path',
      '0.5,0.5 -0.5,-0.5',
      '--bars',
      '2',
      '--key',
      'Bb minor',
      '--tempo',
      '93',
      '--out',
      out,
      ...model,
    );
    const song = parseMidi(new Uint8Array(readFileSync(out)), out);
    expect(song.tempos.map((tempo) => Math.round(tempo.bpm))).toEqual([93]);
  });

  it('runs on tfjs and on the reference engine', async () => {
    for (const engine of ['tfjs-wasm', 'reference']) {
      const out = join(scratch(), 'e.mid');
      const { out: lines } = await run(
        'generate',
        '--quadrant',
        'Q1',
        '--bars',
        '1',
        '--engine',
        engine,
        '--out',
        out,
        '--json',
        ...model,
      );
      expect(json(lines[0]).engine).toBe(engine);
    }
  });

  it.each<[string, string[]]>([
    ['one of --quadrant', []],
    ['one of --quadrant', ['--quadrant', 'Q1', '--valence', '1', '--arousal', '0']],
    ['--quadrant is Q1', ['--quadrant', 'Q5']],
    ['both', ['--valence', '1']],
    ['valence must be -1 to 1', ['--valence', '-3', '--arousal', '0']],
    ['--arousal wants a number', ['--valence', '0', '--arousal', 'high']],
    ['--path', ['--path', 'up']],
    ['bars must be', ['--quadrant', 'Q1', '--bars', '0']],
    ['--bars wants a whole number', ['--quadrant', 'Q1', '--bars', '1.5']],
    ['takes must be', ['--quadrant', 'Q1', '--takes', '0']],
    ['seed must be', ['--quadrant', 'Q1', '--seed', '-1']],
    ['tempo must be', ['--quadrant', 'Q1', '--tempo', '999']],
    ['--key wants a key', ['--quadrant', 'Q1', '--key', 'H moll']],
    ['temperature', ['--quadrant', 'Q1', '--temperature', '0']],
    ['there is no engine', ['--quadrant', 'Q1', '--engine', 'abacus']],
    ['no model', ['--quadrant', 'Q1', '--model', 'nowhere']],
    ["Unknown option '--loud'", ['--quadrant', 'Q1', '--loud']],
  ])('refuses with "%s": %j', async (reason, args) => {
    const folder = scratch();
    const { code, out, err } = await run('generate', '--out', join(folder, 'x.mid'), ...model, ...args);
    expect(code).toBe(2);
    expect(err).toHaveLength(1);
    expect(err[0]).toContain(reason);
    expect(out).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses an output that cannot be', async () => {
    const file = join(scratch(), 'taken');
    writeFileSync(file, 'x');
    const { code, err } = await run('generate', '--quadrant', 'Q1', '--out', join(file, 'a.mid'), ...model);
    expect(code).toBe(2);
    expect(err[0]).toContain('is a file');
    expect((await run('generate', '--quadrant', 'Q1', ...model)).err[0]).toContain('--out');
  });

  it('refuses damaged weights in one line and leaves no file', async () => {
    const folder = scratch();
    const broken = join(folder, 'model');
    cpSync(tinyModel('affetto'), broken, { recursive: true });
    const weights = join(broken, 'weights.safetensors');
    writeFileSync(weights, readFileSync(weights).subarray(0, 5000));
    const { code, err } = await run(
      'generate',
      '--quadrant',
      'Q1',
      '--out',
      join(folder, 'a.mid'),
      '--model',
      broken,
    );
    expect(code).toBe(2);
    expect(err).toEqual([expect.stringContaining('weights.safetensors: its checksum')]);
    expect(existsSync(join(folder, 'a.mid'))).toBe(false);
  });
});

describe('affetto demo', () => {
  it('writes four files and a table', async () => {
    const folder = join(scratch(), 'demo');
    const { code, out } = await run('demo', '--out', folder, '--bars', '2', ...model);
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['q1-happy.mid', 'q2-tense.mid', 'q3-sad.mid', 'q4-calm.mid']);
    expect(out.filter((line) => /^Q[1-4] /.test(line))).toHaveLength(4);
  });
});
