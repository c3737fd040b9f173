import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepPlace, lastPlace, placeOn } from '../../src/main/window-bounds.ts';

const screens = [
  { x: 0, y: 25, width: 1440, height: 875 },
  { x: 1440, y: 0, width: 1920, height: 1080 },
];
const place = { x: 1500, y: 40, width: 1300, height: 820, maximized: false };

test('a window comes back where it was, also when it was maximized', () => {
  const folder = mkdtempSync(join(tmpdir(), 'affetto-window-'));
  try {
    expect(lastPlace(folder, screens)).toBeNull();
    keepPlace(folder, { ...place, maximized: true });
    expect(lastPlace(folder, screens)).toEqual({ ...place, maximized: true });
    writeFileSync(join(folder, 'window.json'), '{"x":');
    expect(lastPlace(folder, screens)).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['on a screen that was taken away', { ...place, x: 3400 }],
  ['above the screen, where its title cannot be held', { ...place, x: 100, y: -300 }],
  ['as a sliver', { ...place, x: -1250 }],
  ['without a size', { ...place, width: undefined }],
  ['as something else', [1, 2]],
  ['as nothing', null],
])('%s it is not kept', (_, kept) => {
  expect(placeOn(kept, screens)).toBeNull();
});

test('partly beside the screen it stays', () => {
  expect(placeOn({ ...place, x: -500, y: 30 }, screens)).not.toBeNull();
});
