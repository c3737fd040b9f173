import { STEPS_PER_BEAT } from '../../../model/music/piece.ts';
import { type Places, placeOf } from '../../edit/piece-edit.ts';
import type { Context } from '../../shared/painting.ts';
import { endBeat, xOf } from '../time-axis.ts';
import { visibleRange } from '../visible.ts';
import { colourer, paletteOf, type Scene } from './scene.ts';

const STEM_PAD = 5;
const LONGEST_SHOWN = 16;

function visible(scene: Scene) {
  const { axis } = scene;
  return visibleRange(scene.piece.notes, axis.start * STEPS_PER_BEAT, endBeat(axis) * STEPS_PER_BEAT, 1);
}

/** Duration: a stem for each note, its height the square root of its length, so that short notes still differ. */
export function drawDurations(context: Context, scene: Scene, height: number): void {
  const { piece, axis } = scene;
  const colour = colourer(scene);
  const { from, to } = visible(scene);
  const width = Math.max(1.4, Math.min(3, axis.scale / 9));
  for (let i = from; i < to; i++) {
    const note = piece.notes[i];
    const share = Math.sqrt(Math.min(note.duration, LONGEST_SHOWN) / LONGEST_SHOWN);
    const tall = share * (height - 2 * STEM_PAD);
    context.fillStyle = colour(note.step / STEPS_PER_BEAT, 0.6);
    context.fillRect(xOf(axis, note.step / STEPS_PER_BEAT), height - STEM_PAD - tall, width, tall);
  }
}

const velocityY = (velocity: number, height: number): number =>
  height - STEM_PAD - (velocity / 127) * (height - 2 * STEM_PAD);
export const velocityAt = (y: number, height: number): number =>
  Math.min(127, Math.max(1, Math.round(((height - STEM_PAD - y) / (height - 2 * STEM_PAD)) * 127)));

/** Velocity: a stem and a head for each note. */
export function drawVelocities(context: Context, scene: Scene, height: number, chosen: Places): void {
  const { piece, axis } = scene;
  const colour = colourer(scene);
  const palette = paletteOf(scene.theme);
  const { from, to } = visible(scene);
  const head = axis.scale > 12 ? 2.3 : 1.4;
  for (let i = from; i < to; i++) {
    const note = piece.notes[i];
    const x = xOf(axis, note.step / STEPS_PER_BEAT) + 1;
    const y = velocityY(note.velocity, height);
    const picked = chosen.size > 0 && chosen.has(placeOf(note));
    context.fillStyle = colour(note.step / STEPS_PER_BEAT, 0.5);
    context.fillRect(x - 0.6, y, 1.2, height - STEM_PAD - y);
    context.fillStyle = picked ? palette.ink : colour(note.step / STEPS_PER_BEAT, 1);
    if (picked || axis.scale > 24) {
      context.beginPath();
      context.arc(x, y, picked ? head + 0.8 : head, 0, 7);
      context.fill();
    } else {
      context.fillRect(x - head, y - head, 2 * head, 2 * head);
    }
  }
}
