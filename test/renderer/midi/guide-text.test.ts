import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGuide } from '../../../src/renderer/midi/guide-text.ts';

test('reads a title, steps that run over lines, paragraphs, bold, code and emphasis', () => {
  const guide = readGuide('# A DAW\n\n1. Choose **this**\n   and `that`.\n2. Play.\n\nFor *later*.\n');
  expect(guide.title).toBe('A DAW');
  expect(guide.blocks.map(({ kind }) => kind)).toEqual(['step', 'step', 'paragraph']);
  expect(guide.blocks[0].runs).toEqual([
    { kind: 'plain', text: 'Choose ' },
    { kind: 'bold', text: 'this' },
    { kind: 'plain', text: ' and ' },
    { kind: 'code', text: 'that' },
    { kind: 'plain', text: '.' },
  ]);
  expect(guide.blocks[2].runs[1]).toEqual({ kind: 'slanted', text: 'later' });
});

const folder = join(import.meta.dirname, '../../../docs/daw');
test.each(readdirSync(folder).filter((file) => file !== 'README.md'))(
  '%s has steps and no mark left over',
  (file) => {
    const { title, blocks } = readGuide(readFileSync(join(folder, file), 'utf8'));
    expect(title).not.toBe('');
    expect(blocks.filter(({ kind }) => kind === 'step').length).toBeGreaterThan(1);
    const text = blocks.flatMap(({ runs }) => runs.map((run) => run.text)).join('');
    expect(text).not.toMatch(/\*\*|`|\]\(|^\||^- /m);
  },
);
