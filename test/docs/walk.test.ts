import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'walk.md'), 'utf8');
const IMPORTS = /(?:\bfrom|\bimport|\bimport\()\s*'(\.{1,2}\/[^']+)'/g;
const ROW = /^\| `(src\/[^`]+)` \|[^|]*\| (?:`([^`]+)` )?\|$/gm;

interface Step {
  readonly file: string;
  /** What this file and an earlier one both name, where neither imports the other. */
  readonly shared: string | undefined;
}

const source = (file: string): string => readFileSync(join(root, file), 'utf8');
const importsOf = (file: string): string[] =>
  [...source(file).matchAll(IMPORTS)].map(([, path]) => posix.join(posix.dirname(file), path));

function stepsOf(title: string): Step[] {
  const section = text.split('\n## ').find((part) => part.startsWith(title)) ?? '';
  return [...section.matchAll(ROW)].map(([, file, shared]) => ({ file, shared }));
}

/** Why a step does not follow from those before it; null where it does. */
function broken(step: Step, before: readonly Step[]): string | null {
  if (!existsSync(join(root, step.file))) return `${step.file} is not there`;
  if (before.length === 0) return null;
  const { file, shared } = step;
  if (shared !== undefined)
    return source(file).includes(shared) && before.some((earlier) => source(earlier.file).includes(shared))
      ? null
      : `${file} and what is before it do not both name ${shared}`;
  const linked = before.some(
    (earlier) => importsOf(earlier.file).includes(file) || importsOf(file).includes(earlier.file),
  );
  return linked ? null : `${file} neither imports a file before it nor is imported by one`;
}

describe.each([
  ['A note, from import to port', 20],
  ['A slider, from hand to sound', 25],
])('%s', (title, most) => {
  const steps = stepsOf(title);

  it('is short', () => {
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.length).toBeLessThanOrEqual(most);
  });

  it('goes from file to file as their imports and messages do', () => {
    expect(steps.map((step, i) => broken(step, steps.slice(0, i))).filter(Boolean)).toEqual([]);
  });
});
