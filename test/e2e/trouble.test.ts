import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, engineReady, startApp, type TestApp } from './app.ts';
import { tuneFile } from './midi.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await engineReady(app.page);
});
afterAll(() => app?.close());

const open = (files: { name: string; mimeType: string; buffer: Buffer }[]) =>
  app.page.locator('.drop input[type=file]').setInputFiles(files);
const trouble = (pattern: RegExp) => app.page.locator('.toast.trouble', { hasText: pattern }).waitFor();

describe('trouble', () => {
  test('a broken MIDI file is named, and nothing changes', async () => {
    await open([{ name: 'broken.mid', mimeType: 'audio/midi', buffer: Buffer.from('MThd no midi at all') }]);
    await trouble(/broken\.mid/);
    expect(await app.page.locator('.shelf li').count()).toBe(0);
  });

  test('another kind of file is refused in words', async () => {
    await open([{ name: 'song.wav', mimeType: 'audio/wav', buffer: Buffer.from('RIFF') }]);
    await trouble(/song\.wav is neither/);
  });

  test('a project of a newer version is left alone', async () => {
    const newer = JSON.stringify({ format: 'affetto-project', version: 99 });
    await open([{ name: 'future.affetto', mimeType: 'application/json', buffer: Buffer.from(newer) }]);
    await trouble(/newer Affetto/);
  });

  test('a clip of 200 bars opens, zooms out and scrolls', async () => {
    const { page } = app;
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await open([tuneFile('long.mid', 200)]);
    await page.locator('li.current', { hasText: 'long' }).waitFor();
    for (let i = 0; i < 6; i++) await page.getByLabel('Zoom out').click();
    // All of it in a window as narrow as it may be: a beat is less than two pixels then.
    await page.setViewportSize({ width: 960, height: 600 });
    await page.waitForTimeout(300);
    await page.locator('[data-lane=chord]').hover();
    expect(errors).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByLabel('Zoom in').click();
    await page.locator('[data-lane=pitch]').hover();
    await page.mouse.wheel(0, 4000);
    expect(await page.locator('.toast.trouble', { hasText: /long/ }).count()).toBe(0);
  });

  test('generating can be cancelled', async () => {
    const { page } = app;
    await page.keyboard.press('Escape');
    await ask(page, { bars: 32, takes: 16 });
    await page.locator('.go').click();
    await page.locator('.progress').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.go').waitFor({ timeout: 20_000 });
    expect(await page.locator('.toast.trouble', { hasText: /stopped/ }).count()).toBe(0);
  });

  test('a reload in the middle of generating loses no take', async () => {
    const { page } = app;
    const before = await page.locator('.shelf li').count();
    await ask(page, { bars: 32, takes: 3 });
    await page.locator('.go').click();
    await page.waitForFunction((n) => document.querySelectorAll('.shelf li').length > n, before, {
      timeout: 120_000,
    });
    await page.reload();
    await page.waitForSelector('.window');
    await page.waitForFunction((n) => document.querySelectorAll('.shelf li').length >= n + 3, before, {
      timeout: 180_000,
    });
    await page.locator('.go').waitFor();
    expect(await page.locator('.shelf li').count()).toBe(before + 3);
  });

  test('a killed engine is said, started again, and writes what had not come', async () => {
    const { page } = app;
    const before = await page.locator('.shelf li').count();
    await ask(page, { bars: 16, takes: 4 });
    await page.locator('.go').click();
    await page.locator('.progress').waitFor();
    const said = page.locator('header', { hasText: 'engine restarting' }).waitFor();
    app.killInference();
    await said;
    await engineReady(page);
    await page.waitForFunction((n) => document.querySelectorAll('.shelf li').length >= n + 4, before, {
      timeout: 180_000,
    });
    await page.locator('.go').waitFor();
    expect(await page.locator('.shelf li').count()).toBe(before + 4);
  });
});
