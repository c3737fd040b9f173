import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../research/main.ts';
import { buildResearch } from '../../scripts/build.mjs';
import type { Io } from '../../src/cli/command.ts';
import { checkWords } from '../../src/model/tokens/grammar.ts';
import { WORD_WIDTH } from '../../src/model/tokens/vocabulary.ts';
import { songBytes } from '../cli/song-bytes.ts';

let folder = '';
let source = '';
let out = '';

/** A Pop1k7-like folder: three songs, one damaged file, one that is not there. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-dataset-'));
  source = join(folder, 'pop1k7');
  out = join(folder, 'out');
  mkdirSync(join(source, 'midi'), { recursive: true });
  const table = ['song,split', 'a,train', 'b,val', 'broken,train', 'absent,train', 'c,train'];
  writeFileSync(join(source, 'songs.csv'), `${table.join('\n')}\n`);
  for (const [index, id] of ['a', 'b', 'c'].entries()) {
    writeFileSync(join(source, 'midi', `${id}.mid`), songBytes({ bars: 9 + index, tonic: 60 + 2 * index }));
  }
  writeFileSync(join(source, 'midi', 'broken.mid'), songBytes({ bars: 4 }).subarray(0, 90));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  code: number;
  out: string[];
  err: string[];
}

async function dataset(
  args: string[],
  signal = new AbortController().signal,
  onErr?: () => void,
): Promise<Run> {
  const lines = { out: [] as string[], err: [] as string[] };
  const io: Io = {
    out: (line) => void lines.out.push(line),
    err: (line) => {
      lines.err.push(line);
      onErr?.();
    },
    interactive: false,
    signal,
  };
  return { code: await main(['dataset', ...args], io), ...lines };
}

const read = (name: string) => readFileSync(join(out, name));
const songsOf = () => JSON.parse(read('pop1k7.json').toString()).songs;

describe('npm run research -- dataset', () => {
  it('writes words, their index and a report, and says why files were dropped', async () => {
    const run = await dataset(['--pop1k7', source, '--out', out, '--workers', '0']);
    expect(run.code).toBe(0);
    expect(run.out).toHaveLength(1);
    expect(run.out[0]).toMatch(/^pop1k7: 3 of 5 files, \d+ words, 30 bars$/);
    const bin = read('pop1k7.words.bin');
    const songs = songsOf();
    expect(songs.map((song: { id: string }) => song.id)).toEqual(['a', 'b', 'c']);
    expect(songs.map((song: { split: string }) => song.split)).toEqual(['train', 'val', 'train']);
    let next = 0;
    for (const song of songs) {
      expect(song.start).toBe(next);
      next += song.length;
      const words = new Uint8Array(bin.subarray(song.start * WORD_WIDTH, next * WORD_WIDTH));
      expect(checkWords(words)).toBeNull();
      expect(song.bars).toHaveLength(song.barBeats.length);
      expect(song.form).toHaveLength(song.bars.length);
      expect(song.secondsPerBar[2]).toBeCloseTo(2, 1);
      for (const bar of song.bars)
        expect([...words.subarray(bar * WORD_WIDTH, bar * WORD_WIDTH + 4)]).toEqual([0, 0, 1, 2]);
    }
    expect(bin.length).toBe(next * WORD_WIDTH);
    const report = JSON.parse(read('report.json').toString()).sources[0];
    expect(report.segments).toMatchObject({ count: 3, broken: 0 });
    expect(report.dropped.map((drop: { id: string }) => drop.id)).toEqual(['broken', 'absent']);
    expect(read('report.md').toString()).toMatch(/- absent: absent\.mid: no such file/);
    expect(readdirSync(out).sort()).toEqual(['pop1k7.json', 'pop1k7.words.bin', 'report.json', 'report.md']);
  });

  it('goes on where it was interrupted, whatever the last line looks like', async () => {
    await dataset(['--pop1k7', source, '--out', out, '--workers', '0']);
    const whole = { bin: read('pop1k7.words.bin'), songs: songsOf() };
    rmSync(out, { recursive: true });
    await dataset(['--pop1k7', source, '--out', join(folder, 'first'), '--workers', '0', '--limit', '1']);
    mkdirSync(out);
    const entry = {
      ...JSON.parse(readFileSync(join(folder, 'first', 'pop1k7.json'), 'utf8')).songs[0],
      bpm: 77,
    };
    const words = readFileSync(join(folder, 'first', 'pop1k7.words.bin')).toString('base64');
    const line = JSON.stringify({ id: 'a', words, entry, segments: { lengths: [], broken: 0 } });
    writeFileSync(join(out, 'pop1k7.unfinished.jsonl'), `${line}\n${line.slice(0, 50)}`);
    const run = await dataset(['--pop1k7', source, '--out', out, '--workers', '0']);
    expect(run.code).toBe(0);
    // The mark shows that song a came from the journal; everything else is as in an unbroken run.
    expect(songsOf()[0].bpm).toBe(77);
    expect(songsOf().slice(1)).toEqual(whole.songs.slice(1));
    expect(read('pop1k7.words.bin').equals(whole.bin)).toBe(true);
    expect(existsSync(join(out, 'pop1k7.unfinished.jsonl'))).toBe(false);
  });

  it.each([
    ['no folder', [], /needs --out/],
    ['no source', ['--out', 'OUT'], /needs --pop1k7 DIR or --emopia DIR/],
    ['a folder that is none', ['--pop1k7', '/nowhere', '--out', 'OUT'], /songs\.csv: no such file/],
    ['a bad number', ['--pop1k7', 'SOURCE', '--out', 'OUT', '--workers', 'two'], /not a whole number/],
    ['an unknown option', ['--pop1k7', 'SOURCE', '--out', 'OUT', '--fast'], /--fast/],
  ])('answers %s with one line and exit code 2', async (_, args, message) => {
    const run = await dataset(args.map((arg) => ({ SOURCE: source, OUT: out })[arg] ?? arg));
    expect(run.code).toBe(2);
    expect(run.err.join('\n')).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });
});

describe('npm run research -- dataset with worker processes', () => {
  beforeAll(() => buildResearch());

  it('gives the same as in one process', async () => {
    await dataset(['--pop1k7', source, '--out', out, '--workers', '0']);
    const alone = { bin: read('pop1k7.words.bin'), json: read('pop1k7.json') };
    const run = await dataset(['--pop1k7', source, '--out', out, '--workers', '2']);
    expect(run.code).toBe(0);
    expect(read('pop1k7.words.bin').equals(alone.bin)).toBe(true);
    expect(read('pop1k7.json').equals(alone.json)).toBe(true);
  });

  it('stops when told to and keeps what is done', async () => {
    const controller = new AbortController();
    const run = await dataset(['--pop1k7', source, '--out', out, '--workers', '1'], controller.signal, () =>
      controller.abort(),
    );
    expect(run.code).toBe(1);
    expect(run.err.at(-1)).toMatch(/stopped; the same command goes on from here/);
    expect(
      readFileSync(join(out, 'pop1k7.unfinished.jsonl'), 'utf8').trim().split('\n').length,
    ).toBeGreaterThan(0);
    expect(existsSync(join(out, 'pop1k7.json'))).toBe(false);
  });
});
