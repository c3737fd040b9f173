import type { Element } from '../../../model/tokens/vocabulary.ts';
import type { Places } from '../../edit/piece-edit.ts';
import { pitchAxisFor } from '../pitch-axis.ts';
import { drawOnsets, drawTexture } from './bars-of-beats.ts';
import { drawChords } from './chord.ts';
import { drawKeyboardRows, drawNotes, drawOctaveNames, drawPedal } from './pitch.ts';
import { drawGrid, type Scene } from './scene.ts';
import { drawDurations, drawVelocities } from './stems.ts';
import { drawTempo } from './tempo.ts';

/** Paints one lane. */
export function drawLane(
  context: CanvasRenderingContext2D,
  element: Element,
  scene: Scene,
  height: number,
  chosen: Places,
): void {
  context.globalAlpha = scene.faded ? 0.55 : 1;
  if (element === 'pitch') {
    const rows = pitchAxisFor(scene.piece.notes, height - 7);
    drawKeyboardRows(context, scene, rows);
    drawGrid(context, scene, height);
    drawPedal(context, scene, height);
    drawNotes(context, scene, rows, chosen);
    drawOctaveNames(context, scene, rows);
    return;
  }
  drawGrid(context, scene, height);
  if (element === 'tempo') drawTempo(context, scene, height);
  else if (element === 'chord') drawChords(context, scene, height);
  else if (element === 'barBeat') drawOnsets(context, scene, height);
  else if (element === 'type') drawTexture(context, scene, height);
  else if (element === 'duration') drawDurations(context, scene, height);
  else drawVelocities(context, scene, height, chosen);
}
