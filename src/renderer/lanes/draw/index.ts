import type { AnyElement } from '../../../contract/elements.ts';
import type { Places } from '../../edit/piece-edit.ts';
import type { Context } from '../../shared/painting.ts';
import { pitchAxisFor } from '../pitch-axis.ts';
import { drawOnsets, drawTexture } from './bars-of-beats.ts';
import { drawChords } from './chord.ts';
import { drawPedalLane } from './pedal.ts';
import { drawKeyboardRows, drawNotes, drawOctaveNames } from './pitch.ts';
import { drawGrid, type Scene } from './scene.ts';
import { drawDurations, drawVelocities } from './stems.ts';
import { drawTempo, drawTempoFigure } from './tempo.ts';

/** Paints one lane. */
export function drawLane(
  context: Context,
  element: AnyElement,
  scene: Scene,
  height: number,
  chosen: Places,
): void {
  context.globalAlpha = scene.faded ? 0.55 : 1;
  if (element === 'pitch') {
    const rows = pitchAxisFor(scene.piece.notes, height - 7);
    drawKeyboardRows(context, scene, rows);
    drawGrid(context, scene, height);
    drawNotes(context, scene, rows, chosen);
    return;
  }
  drawGrid(context, scene, height);
  if (element === 'tempo') drawTempo(context, scene, height);
  else if (element === 'chord') drawChords(context, scene, height);
  else if (element === 'barBeat') drawOnsets(context, scene, height);
  else if (element === 'type') drawTexture(context, scene, height);
  else if (element === 'pedal') drawPedalLane(context, scene, height);
  else if (element === 'duration') drawDurations(context, scene, height);
  else drawVelocities(context, scene, height, chosen);
}

/** What stays at the left edge while a lane scrolls: the tempo there, the names of the octaves. */
export function drawMarks(
  context: Context,
  element: Parameters<typeof drawLane>[1],
  scene: Scene,
  height: number,
): void {
  context.globalAlpha = scene.faded ? 0.55 : 1;
  if (element === 'tempo') drawTempoFigure(context, scene, height);
  else if (element === 'pitch') drawOctaveNames(context, scene, pitchAxisFor(scene.piece.notes, height - 7));
}
