// Measures the window in a real browser: npm run measure:window -- [--runs N] [--only drag,scroll,zoom,play]
// From a trace of Chromium's compositor: the share of frames presented on time while the emotion pad is dragged, while a
// 64-bar clip is scrolled and zoomed and while it plays, and beside each the same of an empty page on which a square
// follows the pointer: what this machine can do at most at that time. From the audio clock: the time from the click on
// Play to the first sound. All runs are printed, with their medians.
import { parseArgs } from 'node:util';
import { openFiles, withApp } from '../../scripts/app-in-browser.mjs';
import { frameFigures, round, traced } from './trace-frames.mjs';
import { tuneBytes } from './tune.mjs';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'drag,scroll,zoom,play' },
  },
});
const SECONDS = 4;
/** The piano is computed and the readings are in when the window's process works less than this in a second. */
const QUIET_MS = 60;
const LONGEST_WAIT_MS = 90_000;
const EMPTY_PAGE = `<i id="square" style="position:absolute;width:20px;height:20px;background:red;will-change:transform"></i>
<script>
onpointermove = ({ clientX, clientY }) =>
  requestAnimationFrame(() => (square.style.transform = \`translate(\${clientX}px, \${clientY}px)\`));
</script>`;

const report = await withApp(measure, { browserArgs: ['--autoplay-policy=no-user-gesture-required'] });
console.log(JSON.stringify(report, null, 2));

async function measure(page, browser) {
  const empty = await browser.newPage({ viewport: page.viewportSize() });
  await empty.setContent(EMPTY_PAGE);
  await page.bringToFront();
  await openFiles(page, [{ name: 'sixty-four.mid', mimeType: 'audio/midi', buffer: tuneBytes(64) }]);
  const done = page.getByRole('button', { name: /^Done with the beats/ });
  if (await done.count()) await done.click();
  // The first press has the piano computed.
  await page.locator('.position').click();
  await page.waitForTimeout(1000);
  await quiet(browser);
  const moves = { drag: dragPad, scroll, zoom, play };
  const wanted = Object.entries(moves).filter(([name]) => options.only.split(',').includes(name));
  const runs = Object.fromEntries([['empty', []], ...wanted.map(([name]) => [name, []])]);
  for (let run = 0; run < Number(options.runs); run++) {
    runs.empty.push(await onEmptyPage(empty, page, browser));
    for (const [name, move] of wanted) runs[name].push(await move(page, browser));
  }
  const clickToSoundMs = await clickToSound(page);
  return { summary: Object.fromEntries(Object.entries(runs).map(summed)), clickToSoundMs, runs };
}

function summed([name, runs]) {
  const ranked = (figure) => {
    const sorted = runs.map((run) => run[figure]).sort((a, b) => a - b);
    return { median: sorted[sorted.length >> 1], least: sorted[0], most: sorted.at(-1) };
  };
  return [name, { shown: ranked('shown'), onTime: ranked('onTime'), workMsAFrame: ranked('workMsAFrame') }];
}

async function onEmptyPage(empty, page, browser) {
  await empty.bringToFront();
  const figures = await frames(empty, browser, (t) =>
    drag(circle({ x: 100, y: 100, width: 240, height: 240 }, t)),
  );
  await page.bringToFront();
  return figures;
}

function circle(box, t) {
  return {
    x: box.x + box.width * (0.5 + 0.35 * Math.cos(t * 5)),
    y: box.y + box.height * (0.5 + 0.35 * Math.sin(t * 5)),
  };
}

function drag(at) {
  return { type: 'mouseMoved', button: 'left', buttons: 1, ...at };
}

async function dragPad(page, browser) {
  const box = await page.locator('.pad').boundingBox();
  const { x, y } = circle(box, 0);
  await page.mouse.move(x, y);
  await page.mouse.down();
  const figures = await frames(page, browser, (t) => drag(circle(box, t)));
  await page.mouse.up();
  return figures;
}

/** To and fro over the whole clip without a pause, a flick of the wheel's pace: 60 pixels a frame. */
async function scroll(page, browser) {
  const wheel = await wheelOver(page);
  return frames(page, browser, (t) => ({ ...wheel, deltaY: t % 1 < 0.5 ? 30 : -30 }));
}

/** In to eight times and out again. */
async function zoom(page, browser) {
  const wheel = await wheelOver(page);
  const figures = await frames(page, browser, (t) => ({
    ...wheel,
    modifiers: 2,
    deltaY: t % 2 < 1 ? -4 : 4,
  }));
  // Out to the whole clip, and in again to where it began.
  for (const factor of [1 / 64, 4]) {
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -240 * Math.log(factor));
    await page.keyboard.up('Control');
    await page.waitForTimeout(200);
  }
  return figures;
}

async function wheelOver(page) {
  const box = await page.locator('[data-lane=pitch]').boundingBox();
  return { type: 'mouseWheel', x: box.x + 200, y: box.y + 100, deltaX: 0 };
}

/** The playhead, the position and the sound; the pointer rests beside the lanes. */
async function play(page, browser) {
  await page.keyboard.press('Home');
  await page.locator('.play').click();
  await page.waitForTimeout(1000);
  const figures = await frames(
    page,
    browser,
    (t) => ({ type: 'mouseMoved', x: 600 + (t % 2), y: 20 }),
    false,
  );
  await page.locator('.play').click();
  await page.keyboard.press('Home');
  return figures;
}

/** The frames of a few seconds of moving, and the processor time of the window's process for each. */
async function frames(page, browser, move, rest = true) {
  if (rest) await quiet(browser);
  const already = await spentMs(browser);
  const figures = frameFigures(await traced(browser, page, SECONDS, move));
  const worked = (await spentMs(browser)) - already;
  // All threads together: under 16.7 one core keeps up.
  return { ...figures, workMsAFrame: round(worked / Math.max(1, figures.frames)) };
}

/** Processor time of the browser's pages so far. */
async function spentMs(browser) {
  const system = await browser.newBrowserCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  await system.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return renderers.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
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
