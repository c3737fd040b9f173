// The app as a user has it, for the scripts that look at it: `affetto serve` on data of its own, and Debian's Chromium.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './ensure.mjs';

const WAIT_MS = 120_000;

/** Runs `use` with a page of the window and a way to read the song as it lies on disk, and tidies up whatever happens. */
export async function withApp(use, { browserArgs = [], page: pageOptions = {} } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'affetto-look-'));
  const server = spawn(process.execPath, [join(root, 'bin', 'affetto.mjs'), 'serve', '--no-open', '--json'], {
    env: { ...process.env, AFFETTO_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let browser;
  try {
    const url = await addressOf(server);
    browser = await chromium.launch({
      executablePath: process.env.AFFETTO_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', ...browserArgs],
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...pageOptions });
    page.setDefaultTimeout(WAIT_MS);
    await page.goto(url);
    await page.waitForSelector('.window');
    return await use(page, browser, () => songIn(data));
  } finally {
    await browser?.close();
    server.kill('SIGTERM');
    rmSync(data, { recursive: true, force: true });
  }
}

function songIn(data) {
  const folder = join(data, 'projects');
  const file = readdirSync(folder).find((name) => name.endsWith('.affetto'));
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

function addressOf(server) {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /\{"url":"([^"]+)"/.exec(text);
      if (found) resolve(found[1]);
    });
    server.once('exit', (code) => reject(new Error(`affetto serve ended with ${code}`)));
  });
}

/** Opens files as if they had been chosen, and waits for the first to be shown. */
export async function openFiles(page, files) {
  await page.locator('.drop input[type=file]').setInputFiles(files);
  await page.locator('li.current').waitFor();
}
