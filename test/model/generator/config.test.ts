import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseGeneratorConfig } from '../../../src/model/generator/config.ts';

const golden = readFileSync(new URL('../../fixtures/golden/generator/config.json', import.meta.url), 'utf8');
const parse = (change: (config: Record<string, never>) => void) => {
  const config = JSON.parse(golden);
  change(config);
  return parseGeneratorConfig(new TextEncoder().encode(JSON.stringify(config)), 'config.json');
};

test('what is shipped is read', () => {
  expect(parse(() => {}).name).toBe('generator');
});

test.each([
  ['decoder', 'stack', 'layers'],
  ['prior', 'stack', 'layers'],
  ['decoder', 'element', 'layers'],
  ['prior', 'stack', 'width'],
  ['decoder', 'element', 'hidden'],
  ['prior', 'hidden'],
  ['encoder', 'hidden'],
])('a million of %s %s %s is refused by name, at once', (...path) => {
  expect(() =>
    parse((config) => {
      const holder = path.slice(0, -1).reduce((at, name) => at[name], config as Record<string, never>);
      (holder as Record<string, number>)[path[path.length - 1]] = 1_000_000;
    }),
  ).toThrow(new RegExp(`${path.join('.')}.*must be a whole number`));
});
