import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, engineReady, generate, startApp, type TestApp } from './app.ts';
import { tuneFile } from './midi.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await engineReady(app.page);
  await app.page.locator('.drop input[type=file]').setInputFiles([tuneFile('tune.mid', 16)]);
  await app.page.locator('li.current').waitFor();
});
afterAll(() => app?.close());

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function seriousFaults(): Promise<string[]> {
  await app.page.evaluate(axe);
  return app.page.evaluate(async () => {
    const run = (
      window as unknown as {
        axe: {
          run(): Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }>;
        };
      }
    ).axe;
    const { violations } = await run.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}

describe('the window', () => {
  test.each(['dark', 'light'] as const)('axe finds no serious fault, %s', async (scheme) => {
    await app.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await app.page.waitForTimeout(200);
    expect(await seriousFaults()).toEqual([]);
  });

  test('the sheets have no serious fault either', async () => {
    const { page } = app;
    for (const name of ['Keys', 'Settings']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.locator('dialog').waitFor();
      await page.waitForTimeout(150);
      expect(await seriousFaults()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
  });

  test.each([
    [1280, 800],
    [960, 600],
    [1920, 1080],
    [640, 400],
  ])('everything stays on one screen at %i x %i', async (width, height) => {
    const { page } = app;
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(150);
    const overflow = await page.evaluate(() => ({
      x: document.documentElement.scrollWidth - innerWidth,
      y: document.documentElement.scrollHeight - innerHeight,
      lanes: [...document.querySelectorAll('[data-lane]')].map((lane) => lane.getBoundingClientRect().height),
    }));
    expect(overflow.x).toBeLessThanOrEqual(0);
    expect(overflow.y).toBeLessThanOrEqual(0);
    if (width >= 960) {
      expect(Math.min(...overflow.lanes)).toBeGreaterThanOrEqual(30);
      const go = (await page.locator('.go').boundingBox())!;
      expect(go.y + go.height).toBeLessThanOrEqual(height);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('keys alone: emotion, generate, play, undo, a sheet and back', async () => {
    const { page } = app;
    await ask(page, { bars: 2, takes: 1 });
    await page.keyboard.press('3');
    await page.keyboard.press('Enter');
    await page.locator('li.current', { hasText: 'Take 1' }).waitFor({ timeout: 120_000 });
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.getByRole('slider', { name: 'Emotion asked for' }).focus();
    await page.keyboard.press('ArrowRight');
    await app.settled();
    const { emotion } = app.saved().ask;
    await page.keyboard.press('Control+z');
    await app.settled();
    expect(app.saved().ask.emotion.valence).toBeLessThan(emotion.valence);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('a new take is shown, starred, renamed, deleted, and comes back while its message is pointed at', async () => {
    const { page } = app;
    await generate(page);
    const card = page.locator('li.current');
    await card.getByLabel(/^Star/).click();
    await card.getByLabel(/^Rename/).click();
    await page.getByLabel('Name of the clip').fill('the good one');
    await page.keyboard.press('Enter');
    await page.locator('li', { hasText: 'the good one' }).waitFor();
    await page.getByLabel('Delete the good one').click();
    const deleted = page.locator('.toast', { hasText: 'was deleted' });
    await deleted.hover();
    await page.waitForTimeout(7000);
    await deleted.getByRole('button', { name: 'Undo' }).click();
    // What it offers is done once.
    await deleted.waitFor({ state: 'detached' });
    await page.locator('li', { hasText: 'the good one' }).waitFor();
    await app.settled();
    expect(app.saved().clips.find((clip) => clip.name === 'the good one')?.starred).toBe(true);
  });
});
