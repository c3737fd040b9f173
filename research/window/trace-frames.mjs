// Frames as Chromium's compositor reports them in a trace: which were presented, and which too late or never.

const CATEGORIES = ['cc', 'benchmark', 'disabled-by-default-devtools.timeline.frame'];
/** Pointer events a second that a drag or a wheel sends: a usual mouse's. */
const EVENTS_A_SECOND = 125;
/** To start a trace stalls the browser for a moment, which is none of the window's. */
const SETTLE_MS = 500;

/** Traces what the browser does while `move(t)` is sent at a mouse's pace for so many seconds; `t` in seconds. */
export async function traced(browser, page, seconds, move) {
  const client = await page.context().newCDPSession(page);
  await browser.startTracing(page, { categories: CATEGORIES });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  // Not awaited one by one: a hand does not wait for the window.
  const sent = [];
  const started = performance.now();
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const t = (performance.now() - started) / 1000;
      if (t < seconds) sent.push(client.send('Input.dispatchMouseEvent', move(t)));
      else {
        clearInterval(timer);
        resolve();
      }
    }, 1000 / EVENTS_A_SECOND);
  });
  const trace = await browser.stopTracing();
  await Promise.all(sent);
  await client.detach();
  return JSON.parse(trace.toString()).traceEvents;
}

/**
 * One entry a vertical sync of the page that had something to show: on time when everything new was presented with it,
 * late when a part of it came with a later one or it was dropped. `onTime` is the share on time; `shown` the share whose
 * news came at all. Once a frame is late, Chromium may stay one sync behind until nothing moves: sixty pictures a second
 * all the same, each a sixtieth later. `shown` is then whole and `onTime` near nothing, on an empty page too.
 */
export function frameFigures(events) {
  const frames = new Map();
  for (const event of events) {
    const report = event.name === 'PipelineReporter' && event.ph === 'b' ? event.args.frame_reporter : null;
    if (!report || report.state === 'STATE_NO_UPDATE_DESIRED') continue;
    const key = `${event.pid}/${report.layer_tree_host_id}/${report.frame_source}/${report.frame_sequence}`;
    const frame = frames.get(key) ?? { late: false, shown: false };
    if (report.state === 'STATE_PRESENTED_ALL') frame.shown = true;
    else frame.late = true;
    frames.set(key, frame);
  }
  const all = [...frames.values()];
  const share = (count) => round(count / Math.max(1, all.length));
  const late = all.filter((frame) => frame.late).length;
  return {
    frames: all.length,
    late,
    onTime: share(all.length - late),
    shown: share(all.filter((frame) => frame.shown).length),
  };
}

export const round = (value) => Math.round(value * 1000) / 1000;
