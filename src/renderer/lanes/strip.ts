import type { TimeAxis } from './time-axis.ts';

/** So many times as wide as the window on it is a strip at most. */
const MOST_PAGES = 4;
/** Device pixels; the strip of a large and sharp display is shorter, but never below two pages. */
const MOST_PIXELS = 6144;
/** Share of a page; nearer to its end than this, a strip is left for one further on. */
const NEAR = 0.5;

/**
 * The stretch of the clip that the lanes' canvases hold: more than is in view, so that scrolling moves what is drawn and
 * draws nothing. The one held before is returned for as long as it does. `ratio`: device pixels a pixel.
 */
export function stripFor(axis: TimeAxis, totalBeats: number, ratio: number, held: TimeAxis | null): TimeAxis {
  const { scale, width } = axis;
  const pages = Math.max(2, Math.min(MOST_PAGES, Math.floor(MOST_PIXELS / Math.max(1, width * ratio))));
  const needed = Math.max(1, Math.ceil((totalBeats * scale) / Math.max(1, width) - 1e-6));
  const wide = width * Math.min(pages, needed);
  if (held && held.scale === scale && held.width === wide && reaches(held, axis, totalBeats)) return held;
  const middle = axis.start - (wide - width) / 2 / scale;
  return { scale, width: wide, start: Math.max(0, Math.min(middle, totalBeats - wide / scale)) };
}

function reaches(strip: TimeAxis, axis: TimeAxis, totalBeats: number): boolean {
  const near = (axis.width * NEAR) / axis.scale;
  const [from, to] = [axis.start, axis.start + axis.width / axis.scale];
  const end = strip.start + strip.width / strip.scale;
  const left = from - strip.start >= near || (strip.start <= 0 && from >= 0);
  return left && (end - to >= near || end >= totalBeats - 1e-6);
}

/** Pixels from the left edge of what is in view to that of the strip, on whole device pixels so that nothing blurs. */
export function shiftOf(strip: TimeAxis, axis: TimeAxis, ratio: number): number {
  return Math.round((strip.start - axis.start) * axis.scale * ratio) / ratio;
}
