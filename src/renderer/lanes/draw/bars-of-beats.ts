import { STEPS_PER_BEAT } from '../../../model/music/piece.ts';
import type { Context } from '../../shared/painting.ts';
import { endBeat, xOf } from '../time-axis.ts';
import { visibleRange } from '../visible.ts';
import { colourer, type Scene } from './scene.ts';

const PAD = 6;
const MOST_NOTES = 6;

/** Bar-beat: a tick for each onset, taller where more notes begin together, fuller on the beat. */
export function drawOnsets(context: Context, scene: Scene, height: number): void {
  const { piece, axis } = scene;
  const colour = colourer(scene);
  const { from, to } = visibleRange(
    piece.notes,
    axis.start * STEPS_PER_BEAT,
    endBeat(axis) * STEPS_PER_BEAT,
    1,
  );
  const width = Math.max(1.4, Math.min(3, axis.scale / 9));
  for (let i = from; i < to; ) {
    const { step } = piece.notes[i];
    let count = 0;
    while (i < to && piece.notes[i].step === step) {
      count++;
      i++;
    }
    const tall = 6 + ((height - 2 * PAD - 6) * Math.min(count, MOST_NOTES)) / MOST_NOTES;
    context.fillStyle = colour(step / STEPS_PER_BEAT, step % STEPS_PER_BEAT === 0 ? 1 : 0.6);
    context.fillRect(xOf(axis, step / STEPS_PER_BEAT), height - PAD - tall, width, tall);
  }
}

/** Texture: how many notes begin within each beat. */
export function drawTexture(context: Context, scene: Scene, height: number): void {
  const { piece, axis } = scene;
  const colour = colourer(scene);
  const { from, to } = visibleRange(
    piece.notes,
    (axis.start - 1) * STEPS_PER_BEAT,
    endBeat(axis) * STEPS_PER_BEAT,
    1,
  );
  const counts = new Map<number, number>();
  for (let i = from; i < to; i++) {
    const beat = Math.floor(piece.notes[i].step / STEPS_PER_BEAT);
    counts.set(beat, (counts.get(beat) ?? 0) + 1);
  }
  const gap = axis.scale > 5 ? 1 : 0.3;
  for (const [beat, count] of counts) {
    const tall = ((height - 2 * PAD) * Math.min(count, 12)) / 12;
    context.fillStyle = colour(beat, 0.55);
    context.fillRect(xOf(axis, beat) + gap, height - PAD - tall, axis.scale - 2 * gap, tall);
  }
}
