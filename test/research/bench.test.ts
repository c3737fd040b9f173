import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Meter, median, timeCall } from '../../research/bench/meter.ts';
import { type BenchReport, tableOf } from '../../research/bench/report.ts';
import { benchTorch } from '../../research/bench/torch.ts';
import { scratch, tinyModel } from '../cli/run.ts';
import { run } from './run.ts';

const part = async (name: string): Promise<Record<string, number>> => {
  const { code, out } = await run('bench', '--part', name, '--model', tinyModel('affetto'));
  expect(code).toBe(0);
  return JSON.parse(out[0]);
};

describe('npm run research -- bench', () => {
  it('measures an engine and the walk', { timeout: 240_000 }, async () => {
    const engine = await part('engine:simd');
    for (const name of ['wordsPerSecond', 'firstNoteMs', 'firstNoteColdMs', 'rssMB', 'wordsPerBeat'])
      expect(engine[name]).toBeGreaterThan(0);
    const walk = await part('walk:6');
    expect(walk.wordsPerSecond).toBeGreaterThan(engine.wordsPerSecond);
    expect(walk.bytesPerWord).toBeGreaterThan(walk.bytesPerBeat / 6);
  });

  it('measures int8 against float32 on held-out words', async () => {
    const folder = scratch();
    // A bar of one chord and one note, four times.
    const bar = [[0, 0, 1, 2, 0, 0, 0], ...[2, 6, 10, 14].map((p) => [1, 1, p, 2, 0, 0, 0])];
    const words = [0, 1, 2, 3].flatMap((i) =>
      bar.flatMap((word, j) => {
        const first = i === 0 && j === 1;
        const place = first ? [30, 3, 2, 2, 0, 0, 0] : word;
        return j === 1 ? [...place, 0, 0, 0, 3, 40, 3, 20] : place;
      }),
    );
    const song = { split: 'val', quadrant: 1, start: 0, length: words.length / 7, key: { mode: 'major' } };
    writeFileSync(join(folder, 'emopia.json'), JSON.stringify({ songs: [song] }));
    writeFileSync(join(folder, 'emopia.words.bin'), Uint8Array.from(words));
    const { code, out } = await run('bench', '--agreement', folder, '--model', tinyModel('affetto'));
    expect(code).toBe(0);
    const report = JSON.parse(out[0]);
    expect(report.words).toBe(24);
    expect(report.elements.pitch.steps).toBe(4);
    expect(report.elements.chord.steps).toBe(16);
    expect(report.all.sameArgmax).toBeGreaterThan(0.9);
    expect(report.all.int8 / report.all.float32).toBeCloseTo(1, 1);
  });

  it('refuses a part it does not have', async () => {
    const { code, err } = await run('bench', '--part', 'sleep', '--model', tinyModel('affetto'));
    expect([code, err.join()]).toEqual([2, "affetto: bench has no part 'sleep'"]);
  });

  it('says why there is no PyTorch', async () => {
    process.env.AFFETTO_PYTHON = 'no-such-python';
    expect(await benchTorch('x', 6)).toMatch(/no-such-python.*ENOENT.*set AFFETTO_PYTHON/);
    delete process.env.AFFETTO_PYTHON;
  });
});

describe('its table', () => {
  const report: BenchReport = {
    model: 'affetto',
    node: '20.0.0',
    engines: {
      simd: { wordsPerSecond: 2000, firstNoteMs: 12.4, firstNoteColdMs: 400, rssMB: 120, wordsPerBeat: 6 },
      walk: { wordsPerSecond: 4000 },
      'pytorch-recompute': { wordsPerSecond: 5 },
    },
    walk: { wordsPerSecond: 4000, bytesPerWord: 4.1e6, bytesPerBeat: 5.5e6, gigabytesPerSecond: 24.7 },
    torch: 'no torch',
    byBars: [{ bars: 8, words: 160, msPerWord: 0.5, rssMB: 120 }],
    byTakes: [{ takes: 1, wordsPerSecond: 2000 }],
  };

  it('sets every engine against simd', () => {
    const lines = tableOf(report).join('\n');
    expect(lines).toContain(
      '| simd              |    2000 |             12 |      400 |        120 |            1 |',
    );
    expect(lines).toContain(
      '| walk              |    4000 |                |          |            |     1 / 0.50 |',
    );
    expect(lines).toContain('1 / 400.00');
    expect(lines).toContain('No PyTorch baseline: no torch');
  });
});

describe('the meter', () => {
  it('takes the median', () => {
    expect(median([3, 1, 2])).toBe(2);
  });

  it('times words and calls by the processor', () => {
    const meter = new Meter();
    let sum = 0;
    for (let word = 0; word < 300; word++) {
      meter.word();
      for (let i = 0; i < 200_000; i++) sum += i % 7;
    }
    expect(meter.words).toBe(300);
    expect(meter.msPerWord).toBeGreaterThan(0);
    expect(timeCall(() => (sum += 1), 1)).toBeGreaterThan(0);
    expect(sum).toBeGreaterThan(0);
  });
});
