// Pictures of the main screens for the README, made from the real app: node scripts/screenshots.mjs [file.mid …]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFiles, withApp } from './app-in-browser.mjs';
import { root } from './ensure.mjs';

const folder = join(root, 'docs', 'images');
mkdirSync(folder, { recursive: true });
await withApp(takePictures, { page: { colorScheme: 'dark' } });

async function takePictures(page) {
  const picture = (name) => page.screenshot({ path: join(folder, `${name}.png`) });
  await page.waitForFunction(() => document.querySelectorAll('header i.good').length > 0);
  await picture('start');

  await page.getByLabel('Seed', { exact: true }).fill('7319');
  await page.getByLabel('Seed', { exact: true }).press('Tab');
  await page.getByLabel('Draw a path').click();
  const pad = await page.locator('.pad').boundingBox();
  const at = (v, a) => [pad.x + pad.width * (0.5 + v * 0.46), pad.y + pad.height * (0.5 - a * 0.46)];
  await page.mouse.move(...at(-0.2, -0.5));
  await page.mouse.down();
  for (let i = 1; i <= 40; i++) {
    const t = i / 40;
    await page.mouse.move(...at(-0.2 + 0.85 * t, -0.5 + 1.1 * Math.sin(t * 2.2)));
  }
  await page.mouse.up();
  await page.getByLabel('Draw a path').click();
  await page.locator('.go').click();
  await page.locator('.progress').waitFor();
  await page.locator('.go').waitFor({ timeout: 300_000 });
  await page.locator('.shelf li .name').first().click();
  await settle(page);
  await picture('window-dark');

  if (process.argv.length > 2) {
    await openFiles(page, process.argv.slice(2));
    await page.getByRole('button', { name: /^Done with the beats/ }).waitFor();
    await settle(page);
    await picture('import-dark');
    await page.locator('.shelf li .name').first().click();
  }
  await page.getByLabel('Velocity comes from').selectOption({ index: 1 });
  await page.locator('.source.mixed').waitFor();
  await settle(page);
  await picture('remix-dark');

  // Four bars written anew, beside what they were.
  const bars = page.getByRole('application', { name: /^Bars:/ });
  await bars.focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.getByLabel('Takes', { exact: true }).fill('1');
  await page.getByLabel('Takes', { exact: true }).press('Tab');
  const count = await page.locator('.shelf li').count();
  await page.locator('.go').click();
  await page.locator('.shelf li').nth(count).waitFor();
  await page.locator('li.current').getByRole('button', { name: 'Compare' }).click();
  await settle(page);
  await picture('compare-dark');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  const map = page.getByRole('button', { name: 'Latent map' });
  if (await map.count()) {
    await map.click();
    await page.waitForTimeout(4000);
    await picture('latent-map');
    await page.keyboard.press('Escape');
  }

  await page.emulateMedia({ colorScheme: 'light' });
  await settle(page);
  await picture('window-light');

  await page.setViewportSize({ width: 960, height: 600 });
  await settle(page);
  await picture('small-light');
}

/** Messages fade, readings arrive, the song is saved. */
async function settle(page) {
  await page.mouse.move(700, 780);
  await page.waitForFunction(() => document.querySelectorAll('.toast').length === 0);
  await page.waitForTimeout(900);
}
