/** One time axis for all lanes: beats to pixels and back. Pure; the view holds the numbers. */
export interface TimeAxis {
  /** Pixels a beat. */
  readonly scale: number;
  /** Beat at the left edge. */
  readonly start: number;
  /** Pixels. */
  readonly width: number;
}

/** At zoom 1 so many beats fill the width (or the whole clip, where it is shorter). */
const BEATS_AT_ZOOM_ONE = 64;
const MOST_ZOOM = 32;

/** Never more than there are: a zoom that showed all of a long clip leaves no empty space after a short one. */
function beatsShown(totalBeats: number, zoom: number): number {
  return Math.min(Math.max(1, totalBeats), Math.max(1, Math.min(totalBeats, BEATS_AT_ZOOM_ONE)) / zoom);
}

/** The smallest zoom shows the whole clip. */
export function leastZoom(totalBeats: number): number {
  return Math.min(1, BEATS_AT_ZOOM_ONE / Math.max(1, totalBeats));
}

export function axisFor(totalBeats: number, zoom: number, start: number, width: number): TimeAxis {
  const shown = beatsShown(totalBeats, zoom);
  const last = Math.max(0, totalBeats - shown);
  return { scale: width / shown, start: Math.min(last, Math.max(0, start)), width };
}

export const xOf = (axis: TimeAxis, beat: number): number => (beat - axis.start) * axis.scale;
export const beatOf = (axis: TimeAxis, x: number): number => axis.start + x / axis.scale;
export const endBeat = (axis: TimeAxis): number => axis.start + axis.width / axis.scale;

/** Zooms by a factor and keeps the beat under `x` where it is; returns the new zoom and start. */
export function zoomAbout(
  axis: TimeAxis,
  totalBeats: number,
  zoom: number,
  factor: number,
  x: number,
): { zoom: number; start: number } {
  const least = leastZoom(totalBeats);
  const next = Math.min(MOST_ZOOM, Math.max(least, Math.max(least, zoom) * factor));
  const held = beatOf(axis, x);
  const scale = axis.width / beatsShown(totalBeats, next);
  const start = axisFor(totalBeats, next, held - x / scale, axis.width).start;
  return { zoom: next, start };
}
