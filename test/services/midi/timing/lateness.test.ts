import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildNode } from '../../../../scripts/build.mjs';
import { Lateness } from '../../../../src/services/midi/timing/lateness.ts';
import { type BenchResult, bench } from '../bench.ts';

beforeAll(() => buildNode());

test('counts lateness in bins and percentiles', () => {
  const lateness = new Lateness();
  for (let i = 0; i < 1000; i++) lateness.add(i < 500 ? 0.05 : i < 990 ? 0.3 : 7);
  const { p50, p99, p999, max, late, sent, bins } = lateness.summary();
  expect(p50).toBeCloseTo(0.05, 2);
  expect(p99).toBeCloseTo(0.3, 1);
  expect(p999).toBeCloseTo(7, 0);
  expect([max, late, sent]).toEqual([7, 10, 1000]);
  expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(1000);
  expect(bins.find((bin) => bin.belowMs === 0.1)?.count).toBe(500);
  lateness.reset();
  expect(lateness.summary()).toMatchObject({ sent: 0, p99: 0, max: 0 });
});

// A machine that runs other things beside the tests holds any process up, whatever its code does. A bare sleeping thread
// tells by how much: windows in which it wakes in time are judged by the promise, and where no window is quiet, ours must
// be no worse than that thread by more than a small factor. Code that is late by itself fails either way.
test('beside a busy core, half of all messages leave within 0.1 ms and 99 % within 5 ms', async () => {
  const script = join(import.meta.dirname, '../../../../out/node/midi.mjs');
  const results: BenchResult[] = [];
  const good = ({ all }: BenchResult) => all.p50 < 0.1 && all.p99 < 5;
  for (let round = 0; round < 4 && !results.some(good); round++) results.push(...(await bench(script, 2, 2)));
  if (results.some(good)) return;
  const quiet = results.filter(({ sleeper }) => sleeper.p50 < 0.5 && sleeper.p99 < 1);
  expect(quiet.map(({ all }) => [all.p50, all.p99])).toEqual([]);
  const excess = results.map(({ all, sleeper }) => (all.p50 - 0.1) / sleeper.p50);
  expect(Math.min(...excess)).toBeLessThan(5);
});
