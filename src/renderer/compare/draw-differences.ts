import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { type Places, placeOf } from '../edit/piece-edit.ts';
import { drawKeyboardRows, drawNotes, drawOctaveNames } from '../lanes/draw/pitch.ts';
import { colourer, drawGrid, paletteOf, type Scene } from '../lanes/draw/scene.ts';
import { type PitchAxis, rowHeight, yOf } from '../lanes/pitch-axis.ts';
import { xOf } from '../lanes/time-axis.ts';
import type { Context } from '../shared/painting.ts';

/** How thick a note is that both have, against one that only this clip has. */
const SAME_SHARE = 0.34;

export interface Marks {
  readonly same: Places;
  readonly changed: Places;
}

/**
 * The pitch lane beside another's: notes that both have are thin lines, those held or struck differently are hollow, and
 * those that only this one has are full. By shape, so that no colour has to be told apart.
 */
export function drawDifferences(
  context: Context,
  scene: Scene,
  rows: PitchAxis,
  height: number,
  { same, changed }: Marks,
): void {
  const { notes } = scene.piece;
  const only = notes.filter((note) => !same.has(placeOf(note)) && !changed.has(placeOf(note)));
  const part = (some: typeof notes): Scene => ({ ...scene, piece: { ...scene.piece, notes: some } });
  const none: Places = new Set();
  drawKeyboardRows(context, scene, rows);
  drawGrid(context, scene, height);
  drawNotes(context, part(notes.filter((note) => same.has(placeOf(note)))), rows, none, SAME_SHARE);
  drawHollow(context, part(notes.filter((note) => changed.has(placeOf(note)))), rows);
  drawNotes(context, part(only), rows, none);
  drawOctaveNames(context, scene, rows);
}

function drawHollow(context: Context, scene: Scene, rows: PitchAxis): void {
  const { axis } = scene;
  const colour = colourer(scene);
  const tall = rowHeight(rows);
  const bar = Math.max(3, Math.min(tall - 0.8, 12));
  context.lineWidth = 1;
  for (const note of scene.piece.notes) {
    const x = xOf(axis, note.step / STEPS_PER_BEAT);
    const width = Math.max(3, (note.duration / STEPS_PER_BEAT) * axis.scale - 1);
    if (x + width < 0 || x > axis.width) continue;
    context.strokeStyle = colour(note.step / STEPS_PER_BEAT, 1);
    context.strokeRect(x + 0.5, yOf(rows, note.pitch) + (tall - bar) / 2 + 0.5, width - 1, bar - 1);
  }
}

/** One mark a bar: a filled block where the bars differ, a thin line where they are the same. */
export function drawDifferingBars(
  context: Context,
  scene: Pick<Scene, 'axis' | 'starts' | 'theme'>,
  height: number,
  bars: ReadonlySet<number>,
): void {
  const { axis, starts } = scene;
  const palette = paletteOf(scene.theme);
  for (let bar = 0; bar + 1 < starts.length; bar++) {
    const x = xOf(axis, starts[bar]);
    const width = xOf(axis, starts[bar + 1]) - x;
    if (x > axis.width || x + width < 0) continue;
    const differs = bars.has(bar);
    context.fillStyle = palette.dim;
    const tall = differs ? height - 6 : 1;
    context.fillRect(x + 1, (height - tall) / 2, Math.max(1, width - 2), tall);
  }
}
