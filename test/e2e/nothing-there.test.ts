import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from './app.ts';
import { performanceFile, tuneFile } from './midi.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { AFFETTO_MODELS: mkdtempSync(join(tmpdir(), 'affetto-none-')) } });
});
afterAll(() => app?.close());

const open = (file: { name: string; mimeType: string; buffer: Buffer }) =>
  app.page.locator('.drop input[type=file]').setInputFiles([file]);

describe('without weights', () => {
  test('the window says so, and opening, editing and exporting work', async () => {
    const { page } = app;
    await page.locator('header .chip', { hasText: 'no weights' }).waitFor();
    await page.getByText('No weights are installed').first().waitFor();
    await open(tuneFile('tune.mid', 4));
    await page.getByText(/^On the file’s own grid/).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+e')]);
    expect(download.suggestedFilename()).toBe('tune.mid');
  });

  test('a performance is read in free time where no beats can be found, and that is said', async () => {
    await open(performanceFile('by hand.mid', 104, 8));
    await app.page.getByText('In free time: no beats are claimed.').waitFor();
    const beats = app.page.getByLabel('Beats', { exact: true });
    await beats.selectOption('track');
    await app.page.getByText('No beat tracker is installed').waitFor();
    expect(await beats.inputValue()).toBe('free');
  });
});

test('without an audio device playing says so, and the clip stays at hand', async () => {
  const { page } = app;
  await app.settled();
  await page.addInitScript(() => {
    Object.defineProperty(window, 'AudioContext', {
      value: class {
        constructor() {
          throw new DOMException('no device', 'NotSupportedError');
        }
      },
    });
  });
  await page.reload();
  await page.locator('li.current').waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByText('There is no audio device.').waitFor();
  expect(await page.locator('.shelf li').count()).toBe(2);
});
