// Draws the app's icons from src/renderer/public/icon.svg in a headless browser: node scripts/make-icons.mjs
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './ensure.mjs';

const SIZES = [16, 32, 48, 64, 128, 256, 512];
const folder = join(root, 'resources', 'icons');
const svg = readFileSync(join(root, 'src', 'renderer', 'public', 'icon.svg'), 'utf8');

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.AFFETTO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const size of SIZES) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  await page.screenshot({ path: join(folder, `${size}x${size}.png`), omitBackground: true });
}
await browser.close();
