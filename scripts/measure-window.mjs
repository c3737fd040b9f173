// Measures the window in a real browser: node scripts/measure-window.mjs [--runs N]
// From a trace of Chromium's compositor: the share of frames presented on time while the emotion pad is dragged and while a
// 64-bar clip is scrolled. From the audio clock: the time from the click on Play to the first sound.
// On a machine that does other things as well the best of several runs says most; all are printed.
import { parseArgs } from 'node:util';
import { openFiles, withApp } from './app-in-browser.mjs';
import { tuneBytes } from './measure-tune.mjs';
import { frameFigures, round, traced } from './trace-frames.mjs';

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
const SECONDS = 4;
/** The piano is computed and the readings are in when the window's process works less than this in a second. */
const QUIET_MS = 60;
const LONGEST_WAIT_MS = 90_000;

const report = await withApp(measure, { browserArgs: ['--autoplay-policy=no-user-gesture-required'] });
console.log(JSON.stringify(report, null, 2));

async function measure(page, browser) {
  await openFiles(page, [{ name: 'sixty-four.mid', mimeType: 'audio/midi', buffer: tuneBytes(64) }]);
  const done = page.getByRole('button', { name: /^Done with the beats/ });
  if (await done.count()) await done.click();
  // The first press has the piano computed.
  await page.locator('.position').click();
  await page.waitForTimeout(1000);
  await quiet(browser);
  const pad = await page.locator('.pad').boundingBox();
  const lane = await page.locator('[data-lane=pitch]').boundingBox();
  const [drags, scrolls] = [[], []];
  for (let run = 0; run < Number(options.runs); run++) {
    drags.push(await dragPad(page, browser, pad));
    scrolls.push(await scroll(page, browser, lane));
  }
  return {
    dragPad: best(drags),
    scroll64Bars: best(scrolls),
    clickToSoundMs: await clickToSound(page),
    allDrags: drags,
    allScrolls: scrolls,
  };
}

function best(runs) {
  return runs.reduce((a, b) => (b.onTime > a.onTime ? b : a));
}

async function dragPad(page, browser, box) {
  const at = (t) => ({
    x: box.x + box.width * (0.5 + 0.35 * Math.cos(t * 5)),
    y: box.y + box.height * (0.5 + 0.35 * Math.sin(t * 5)),
  });
  await page.mouse.move(at(0).x, at(0).y);
  await page.mouse.down();
  const figures = await frames(page, browser, (t) => ({
    type: 'mouseMoved',
    button: 'left',
    buttons: 1,
    ...at(t),
  }));
  await page.mouse.up();
  return figures;
}

function scroll(page, browser, box) {
  const place = { x: box.x + 200, y: box.y + 100 };
  return frames(page, browser, (t) => ({
    type: 'mouseWheel',
    deltaX: 0,
    deltaY: t % 2 < 1 ? 30 : -30,
    ...place,
  }));
}

/** The frames of a few seconds of moving, and the processor time of the window's process for each. */
async function frames(page, browser, move) {
  await quiet(browser);
  const already = await spentMs(browser);
  const figures = frameFigures(await traced(browser, page, SECONDS, move));
  const worked = (await spentMs(browser)) - already;
  // All threads together: under 16.7 one core keeps up.
  return { ...figures, workMsAFrame: round(worked / Math.max(1, figures.frames)) };
}

/** Processor time of the window's process so far. */
async function spentMs(browser) {
  const system = await browser.newBrowserCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  await system.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return Math.max(...renderers.map(({ cpuTime }) => cpuTime * 1000));
}

async function quiet(browser) {
  const started = performance.now();
  let before = await spentMs(browser);
  while (performance.now() - started < LONGEST_WAIT_MS) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = await spentMs(browser);
    if (now - before < QUIET_MS) return;
    before = now;
  }
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
