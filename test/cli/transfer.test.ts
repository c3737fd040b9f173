import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Midi } from '@tonejs/midi';
import { beforeAll, describe, expect, it } from 'vitest';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import { wordsToPiece } from '../../src/model/tokens/decode.ts';
import { randomWords } from '../model/helpers/pieces.ts';
import { run, scratch, tinyModel } from './run.ts';

const model = ['--model', tinyModel('affetto')];
const folder = scratch();
const [a, b] = [join(folder, 'a.mid'), join(folder, 'b.mid')];

beforeAll(() => {
  for (const [file, seed, bars] of [
    [a, 1, 6],
    [b, 2, 4],
  ] as const)
    writeFileSync(file, writeMidi(wordsToPiece(randomWords(seed, bars), { tonic: 0, mode: 'minor' })));
});

const notesOf = (file: string) => parseMidi(new Uint8Array(readFileSync(file)), file).notes;

describe('affetto transfer', () => {
  it('keeps what is not taken, as it is in the file', async () => {
    const out = join(folder, 'c.mid');
    const { code, out: lines } = await run(
      'transfer',
      a,
      b,
      '--take',
      'velocity',
      '--out',
      out,
      '--json',
      ...model,
    );
    expect(code).toBe(0);
    expect(JSON.parse(lines[0])).toMatchObject({ file: out, seed: 1, engine: 'simd', take: ['velocity'] });
    const [before, after] = [notesOf(a), notesOf(out)];
    expect(after.map((n) => [n.startTick, n.pitch])).toEqual(before.map((n) => [n.startTick, n.pitch]));
    expect(after.map((n) => n.velocity)).not.toEqual(before.map((n) => n.velocity));
  });

  it('takes chords by moving the notes, and the mode with them', async () => {
    const major = join(folder, 'major.mid');
    writeFileSync(major, writeMidi(wordsToPiece(randomWords(9, 4), { tonic: 2, mode: 'major' })));
    const out = join(folder, 'h.mid');
    expect((await run('transfer', a, major, '--take', 'chord', '--out', out, ...model)).code).toBe(0);
    const [before, after] = [notesOf(a), notesOf(out)];
    expect(after.map((n) => [n.startTick, n.velocity])).toEqual(before.map((n) => [n.startTick, n.velocity]));
    expect(after.map((n) => n.pitch)).not.toEqual(before.map((n) => n.pitch));
    expect(after.every((n, i) => Math.abs(n.pitch - before[i].pitch) <= 6)).toBe(true);
    const [{ scale }] = new Midi(readFileSync(out)).header.keySignatures;
    expect(scale).toBe(importPiece(parseMidi(new Uint8Array(readFileSync(major)), major)).piece.key.mode);
  });

  it('writes the voices on channels when asked, and the same notes', async () => {
    const [plain, split] = [join(folder, 'plain.mid'), join(folder, 'split.mid')];
    const args = [a, b, '--take', 'velocity', ...model];
    expect((await run('transfer', ...args, '--out', plain)).code).toBe(0);
    expect((await run('transfer', ...args, '--out', split, '--voices-on-channels')).code).toBe(0);
    const place = (n: { startTick: number; pitch: number; velocity: number }) => [
      n.startTick,
      n.pitch,
      n.velocity,
    ];
    expect(notesOf(split).map(place)).toEqual(notesOf(plain).map(place));
    expect(new Set(notesOf(plain).map((n) => n.channel))).toEqual(new Set([0]));
    expect(notesOf(split).every((n) => n.channel === n.track - 1 && n.channel < 3)).toBe(true);
    expect(new Set(notesOf(split).map((n) => n.channel)).size).toBeGreaterThan(1);
  });

  it('takes the rhythm, and decodes freely when asked', async () => {
    for (const extra of [
      ['--take', 'rhythm'],
      ['--take', 'pitch,chord', '--free', '--quadrant', 'Q3', '--amount', '60'],
    ]) {
      const out = join(folder, 'r.mid');
      expect((await run('transfer', a, b, ...extra, '--out', out, ...model)).code).toBe(0);
      expect(notesOf(out).length).toBeGreaterThan(0);
    }
  });

  it.each<[string, string[]]>([
    ['two MIDI files', [a]],
    ['--take', [a, b]],
    ["no element 'loudness'", [a, b, '--take', 'loudness']],
    ['--amount', [a, b, '--take', 'pitch', '--amount', '200']],
    ['no file', [a, join(folder, 'absent.mid'), '--take', 'pitch']],
    ['no model', [a, b, '--take', 'pitch', '--model', 'nowhere']],
  ])('refuses with "%s"', async (reason, args) => {
    const out = join(folder, 'never.mid');
    const { code, err } = await run('transfer', ...model, ...args, '--out', out);
    expect(code).toBe(2);
    expect(err).toEqual([expect.stringContaining(reason)]);
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a file that is no MIDI file, and leaves nothing half-written', async () => {
    const bad = join(folder, 'bad.mid');
    writeFileSync(bad, 'not music');
    const { code, err } = await run(
      'transfer',
      a,
      bad,
      '--take',
      'pitch',
      '--out',
      join(folder, 'n.mid'),
      ...model,
    );
    expect(code).toBe(2);
    expect(err[0]).toContain(bad);
    expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });
});
