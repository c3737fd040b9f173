// Measures the window in a real browser: node scripts/measure-window.mjs
// Share of frames on time while the emotion pad is dragged and a 64-bar clip is scrolled, and the time from the click on
// Play to the first sound. Frames come from the browser's frame clock, the sound from the audio clock.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './ensure.mjs';

const SECONDS = 4;
const FRAME_MS = 1000 / 60;

const data = mkdtempSync(join(tmpdir(), 'affetto-measure-'));
const server = spawn(process.execPath, [join(root, 'bin', 'affetto.mjs'), 'serve', '--no-open', '--json'], {
  env: { ...process.env, AFFETTO_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((resolve, reject) => {
  let text = '';
  server.stdout.on('data', (chunk) => {
    text += chunk;
    const found = /\{"url":"([^"]+)"/.exec(text);
    if (found) resolve(found[1]);
  });
  server.once('exit', (code) => reject(new Error(`affetto serve ended with ${code}`)));
});
const browser = await chromium.launch({
  executablePath: process.env.AFFETTO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--enable-gpu-rasterization'],
});
try {
  console.log(JSON.stringify(await measure(), null, 2));
} finally {
  await browser.close();
  server.kill('SIGTERM');
  rmSync(data, { recursive: true, force: true });
}

async function measure() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  await page.waitForSelector('.window');
  const { tuneBytes } = await import('./measure-tune.mjs');
  const file = { name: 'sixty-four.mid', mimeType: 'audio/midi', buffer: tuneBytes(64) };
  await page.locator('.drop input[type=file]').setInputFiles([file]);
  await page.locator('li.current').waitFor();
  await page.waitForTimeout(6500);
  const pad = await page.locator('.pad').boundingBox();
  const lanes = await page.locator('[data-lane=pitch]').boundingBox();
  return {
    dragPad: await frames(
      page,
      async (t) => {
        const angle = t * 5;
        const x = pad.x + pad.width * (0.5 + 0.35 * Math.cos(angle));
        await page.mouse.move(x, pad.y + pad.height * (0.5 + 0.35 * Math.sin(angle)));
      },
      {
        before: () => page.mouse.move(pad.x + 30, pad.y + 60).then(() => page.mouse.down()),
        after: () => page.mouse.up(),
      },
    ),
    scroll64Bars: await frames(page, (t) => page.mouse.wheel(0, t % 2 < 1 ? 60 : -60), {
      before: () => page.mouse.move(lanes.x + 200, lanes.y + 100),
      after: async () => {},
    }),
    clickToSoundMs: await clickToSound(page),
  };
}

/** Share of animation frames that came within a frame and a half of the one before, and the work in each. */
async function frames(page, act, { before, after }) {
  await before();
  await page.evaluate(() => {
    window.frameTimes = [];
    const tick = (time) => {
      window.frameTimes.push(time);
      window.ticking = requestAnimationFrame(tick);
    };
    window.ticking = requestAnimationFrame(tick);
  });
  // In processor time, so that what else the machine does is not counted.
  const system = await browser.newBrowserCDPSession();
  const spent = async () => {
    const { processInfo } = await system.send('SystemInfo.getProcessInfo');
    return Math.max(
      ...processInfo.filter(({ type }) => type === 'renderer').map(({ cpuTime }) => cpuTime * 1000),
    );
  };
  const [started, already] = [performance.now(), await spent()];
  while (performance.now() - started < SECONDS * 1000) await act((performance.now() - started) / 1000);
  const worked = (await spent()) - already;
  await system.detach();
  const times = await page.evaluate(() => {
    cancelAnimationFrame(window.ticking);
    return window.frameTimes;
  });
  await after();
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  const slots = (times[times.length - 1] - times[0]) / FRAME_MS;
  return {
    framesASecond: round((gaps.length / slots) * 60),
    onTime: round(gaps.filter((gap) => gap < FRAME_MS * 1.5).length / slots),
    /** Processor time of the window's process a frame: under 16.7 it can keep up on an idle machine. */
    workMsAFrame: round(worked / gaps.length),
  };
}

/** From the click to the time at which the audio clock starts the first note; warm: the piano is there. */
async function clickToSound(page) {
  await page.evaluate(() => {
    const start = AudioBufferSourceNode.prototype.start;
    window.sounds = [];
    AudioBufferSourceNode.prototype.start = function (when = 0, ...rest) {
      const wait = Math.max(0, when - this.context.currentTime) * 1000;
      window.sounds.push(
        performance.now() + wait + (this.context.baseLatency + (this.context.outputLatency || 0)) * 1000,
      );
      return start.call(this, when, ...rest);
    };
    document
      .querySelector('.play')
      .addEventListener('click', () => (window.clicked ??= performance.now()), { capture: true });
  });
  await page.keyboard.press('Home');
  await page.locator('.play').click();
  await page.waitForFunction(() => window.sounds.length > 0);
  return round(await page.evaluate(() => window.sounds[0] - window.clicked));
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
