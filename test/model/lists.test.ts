import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { append, largest, smallest } from '../../src/model/lists.ts';

const source = join(import.meta.dirname, '..', '..', 'src');
const MANY = Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 300_007);

describe('lists of any length', () => {
  it('have a largest and a smallest value', () => {
    expect([largest(MANY), smallest(MANY)]).toEqual([300_006, 0]);
    expect([largest([]), smallest([])]).toEqual([Math.max(), Math.min()]);
    expect([largest([3], 5), smallest([3], 1)]).toEqual([5, 1]);
    expect([largest([1, Number.NaN, 2]), smallest([1, Number.NaN, 0])]).toEqual([Number.NaN, Number.NaN]);
  });

  it('are added to others', () => {
    const list = [1];
    append(list, MANY);
    expect(list).toHaveLength(300_001);
  });

  it('are nowhere spread into a call that a long one would break', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(ts|svelte)$/.test(file),
    );
    expect(files.length).toBeGreaterThan(400);
    const spread =
      /(Math\.(max|min)|\.(push|unshift|splice)|fromCharCode)\((?:[^()[\]]*, )?\.\.\.(?!bytes\.subarray\(at, at \+)/;
    expect(files.filter((file) => spread.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
  });
});
