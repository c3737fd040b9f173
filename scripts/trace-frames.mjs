// Frames as Chromium's compositor reports them in a trace: which were presented, and which too late or never.

const CATEGORIES = ['cc', 'benchmark', 'disabled-by-default-devtools.timeline.frame'];
/** Pointer events a second that a drag or a wheel sends: a usual mouse's. */
const EVENTS_A_SECOND = 125;

/** Traces what the browser does while `move(t)` is sent at a mouse's pace for so many seconds; `t` in seconds. */
export async function traced(browser, page, seconds, move) {
  const client = await page.context().newCDPSession(page);
  await browser.startTracing(page, { categories: CATEGORIES });
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
 * late when a part of it came with a later one or it was dropped.
 */
export function frameFigures(events) {
  const frames = new Map();
  for (const event of events) {
    const report = event.name === 'PipelineReporter' && event.ph === 'b' ? event.args.frame_reporter : null;
    if (!report || report.state === 'STATE_NO_UPDATE_DESIRED') continue;
    const key = `${event.pid}/${report.layer_tree_host_id}/${report.frame_source}/${report.frame_sequence}`;
    const late = report.state !== 'STATE_PRESENTED_ALL';
    frames.set(key, (frames.get(key) ?? false) || late);
  }
  const late = [...frames.values()].filter(Boolean).length;
  return { frames: frames.size, late, onTime: round((frames.size - late) / Math.max(1, frames.size)) };
}

export const round = (value) => Math.round(value * 1000) / 1000;
