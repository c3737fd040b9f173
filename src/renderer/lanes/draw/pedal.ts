import { STEPS_PER_BEAT } from '../../../model/music/piece.ts';
import type { Context } from '../../shared/painting.ts';
import { endBeat, xOf } from '../time-axis.ts';
import { colourer, paletteOf, type Scene } from './scene.ts';

/** Pixels. */
const MARGIN = 12;
const THICK = 7;
const GAP = 2;

/** When the pedal is down: a bar from press to lift in its bar's colour, a thin line where it is up. */
export function drawPedalLane(context: Context, scene: Scene, height: number): void {
  const { piece, axis, starts } = scene;
  const low = Math.min(height - 6, Math.max(height / 2 + THICK / 2, height - MARGIN));
  const end = Math.min(axis.width, xOf(axis, starts[starts.length - 1]));
  context.fillStyle = paletteOf(scene.theme).lineStrong;
  context.fillRect(Math.max(0, xOf(axis, 0)), low - 1, Math.max(0, end), 1);
  const colour = colourer(scene);
  const spans = piece.pedal ?? [];
  const first = firstAfter(spans, axis.start * STEPS_PER_BEAT);
  const last = endBeat(axis) * STEPS_PER_BEAT;
  for (let i = first; i < spans.length && spans[i].startStep <= last; i++) {
    const { startStep, endStep } = spans[i];
    const x = xOf(axis, startStep / STEPS_PER_BEAT);
    const width = Math.max(1.5, ((endStep - startStep) / STEPS_PER_BEAT) * axis.scale - GAP);
    context.fillStyle = colour(startStep / STEPS_PER_BEAT, 0.75);
    context.fillRect(x, low - THICK, width, THICK);
  }
}

/** The first of spans in order that ends after a step. */
function firstAfter(spans: readonly { readonly endStep: number }[], step: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle].endStep <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}
