import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestAnswers } from '../../research/page/data.ts';
import { launchBrowser } from './app.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'listen');

describe('the listening page, opened from disk', () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:') && !request.url().startsWith('blob:'))
        problems.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
  });
  afterAll(async () => {
    await browser?.close();
  });

  test('holds everything, in less than 3 MB', async () => {
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(bytes).toBeLessThan(3_000_000);
    expect(await page.locator('#quadrants .clip').count()).toBe(16);
    expect(await page.locator('#path .clip').count()).toBe(1);
    expect(await page.locator('#transfers .clip').count()).toBe(18);
    expect(await page.locator('#test fieldset').count()).toBeGreaterThanOrEqual(16);
  });

  test('plays a clip, one at a time', async () => {
    const play = (i: number) => page.locator('#quadrants .clip button').nth(i);
    await play(0).click();
    const playing = page.locator('.clip.playing');
    await expect.poll(() => playing.count(), { timeout: 30_000 }).toBe(1);
    await expect.poll(() => playing.locator('.state').textContent(), { timeout: 60_000 }).toBe('');
    await play(5).click();
    await expect.poll(() => play(0).textContent()).toBe('▶');
    expect(await page.locator('.clip.playing').count()).toBe(1);
    await play(5).click();
    await expect.poll(() => page.locator('.clip.playing').count()).toBe(0);
  });

  test('saves the answers of the blind test as a file', async () => {
    for (const group of await page.locator('#blind-test [role=radiogroup]').all())
      await group.locator('input').nth(2).check();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save my answers' }).click();
    const answers = JSON.parse(readFileSync(await (await saved).path(), 'utf8')) as TestAnswers;
    expect(answers.format).toBe('affetto-listening-test');
    expect(answers.answers.every(({ heard, person }) => heard === 'sad' && person === 3)).toBe(true);
    expect(new Set(answers.answers.map(({ source }) => source)).has('affetto')).toBe(true);
    expect(await page.locator('#blind-test .result').textContent()).toMatch(/You heard \d+ of \d+/);
  });

  test('asks nothing of the network and reports no errors', () => {
    expect(problems).toEqual([]);
  });
});
