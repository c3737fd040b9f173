// Pictures of the main screens for the README, made from the real app:
// node scripts/screenshots.mjs [--to folder] [file.mid …]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFiles, withApp } from './app-in-browser.mjs';
import { root } from './ensure.mjs';
import { bestFace, farthest } from './screenshots-choice.mjs';

const files = process.argv.slice(2);
const to = files.indexOf('--to');
const folder = to < 0 ? join(root, 'docs', 'images') : files.splice(to, 2)[1];
const FIELDS = { Bars: '16', Takes: '6', Seed: '7319' };
const TRIES = '8';

mkdirSync(folder, { recursive: true });
await withApp(takePictures, {
  page: { colorScheme: 'dark' },
  browserArgs: ['--autoplay-policy=no-user-gesture-required'],
});

async function takePictures(page, _browser, saved) {
  const picture = (name) => page.screenshot({ path: join(folder, `${name}.png`) });
  await page.waitForFunction(() => document.querySelectorAll('header i.good').length > 0);
  await page.waitForTimeout(900);
  await picture('start');

  await nameSong(page, 'First light');
  for (const [label, value] of Object.entries(FIELDS)) await fill(page, label, value);
  await page.getByLabel(/^Best of/).selectOption(TRIES);
  await drawPath(page);
  await page.locator('.go').click();
  await page.locator('.progress').waitFor();
  await page.locator('.go').waitFor({ timeout: 600_000 });
  await settle(page);
  const face = bestFace(saved().clips);
  await show(page, face);
  await page.keyboard.press('s');
  await playing(page, () => picture('window-dark'));

  if (files.length > 0) {
    await openFiles(page, files);
    await page.getByRole('button', { name: /^Done with the beats/ }).waitFor();
    await settle(page);
    await picture('import-dark');
    await show(page, face);
  }
  const { name } = farthest(saved().clips, face);
  await page.getByLabel('Pitch comes from').selectOption({ label: name });
  await page.locator('.source.mixed').waitFor();
  await settle(page);
  await picture('remix-dark');
  await page.keyboard.press('Control+z');

  // Four bars written anew, beside what they were.
  const bars = page.getByRole('application', { name: /^Bars:/ });
  await bars.focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
  await fill(page, 'Takes', '1');
  const count = await page.locator('.shelf li').count();
  await page.locator('.go').click();
  await page.locator('.shelf li').nth(count).waitFor();
  await page.locator('.go').waitFor();
  await page.locator('li.current').getByRole('button', { name: 'Compare' }).click();
  await settle(page);
  await picture('compare-dark');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await show(page, face);

  const map = page.getByRole('button', { name: 'Latent map' });
  if (await map.count()) {
    await map.click();
    await page.waitForTimeout(4000);
    await picture('latent-map');
    await page.keyboard.press('Escape');
  }

  await page.emulateMedia({ colorScheme: 'light' });
  await playing(page, () => picture('window-light'));

  await page.setViewportSize({ width: 960, height: 600 });
  await settle(page);
  await picture('small-light');
}

async function fill(page, label, value) {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press('Tab');
}

async function nameSong(page, name) {
  await page.locator('header .chip').first().click();
  await page.getByLabel('Name of the song').fill(name);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
}

/** From sad, by way of tense, to happy and content: every colour of the plane but one. */
async function drawPath(page) {
  await page.getByLabel('Draw a path').click();
  const pad = await page.locator('.pad').boundingBox();
  const at = (degrees, radius) => [
    pad.x + pad.width * (0.5 + 0.46 * radius * Math.cos((degrees * Math.PI) / 180)),
    pad.y + pad.height * (0.5 - 0.46 * radius * Math.sin((degrees * Math.PI) / 180)),
  ];
  await page.mouse.move(...at(222, 0.62));
  await page.mouse.down();
  for (let i = 1; i <= 48; i++)
    await page.mouse.move(...at(222 - (222 + 14) * (i / 48), 0.62 + 0.1 * (i / 48)));
  await page.mouse.up();
  await page.keyboard.press('Escape');
}

/** Takes are found by name: their order follows the match. */
async function show(page, { name }) {
  await page.locator('.shelf li .name').getByText(name, { exact: true }).click();
  await settle(page);
}

/** In the second half, while it sounds: the pad shows where the music is. */
async function playing(page, takePicture) {
  await settle(page);
  const bars = await page.getByRole('application', { name: /^Bars/ }).boundingBox();
  await page.mouse.click(bars.x + bars.width * 0.56, bars.y + bars.height / 2);
  await page.mouse.move(700, 780);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('Space');
  await page.waitForTimeout(1800);
  await takePicture();
  await page.keyboard.press('Space');
}

/** Messages fade, readings arrive, the song is saved. */
async function settle(page) {
  await page.mouse.move(700, 780);
  await page.waitForFunction(() => document.querySelectorAll('.toast').length === 0);
  await page.waitForTimeout(900);
}
