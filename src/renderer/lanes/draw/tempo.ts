import { largest, smallest } from '../../../model/lists.ts';
import { inForce } from '../../edit/bars.ts';
import type { Context } from '../../shared/painting.ts';
import { endBeat, xOf } from '../time-axis.ts';
import { colourer, paletteOf, type Scene } from './scene.ts';

const MARGIN = 9;

/** The tempo as a line of steps, each in its bar's colour; the scale fits what the clip does, at least ±12%. */
export function drawTempo(context: Context, scene: Scene, height: number): void {
  const { axis, starts } = scene;
  const total = starts[starts.length - 1];
  const { tempos, y } = tempoScale(scene, height);
  const colour = colourer(scene);
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  const last = Math.min(total, endBeat(axis) + 4);
  let previous: number | null = null;
  for (let beat = Math.max(0, Math.floor(axis.start) - 1); beat < last; beat++) {
    const bpm = inForce(tempos, beat)?.bpm ?? tempos[0].bpm;
    context.strokeStyle = colour(beat, 0.95);
    context.beginPath();
    context.moveTo(xOf(axis, beat), y(previous ?? bpm));
    context.lineTo(xOf(axis, beat), y(bpm));
    context.lineTo(xOf(axis, beat + 1), y(bpm));
    context.stroke();
    previous = bpm;
  }
}

/** The tempo at the left edge, in figures, above or below the line. */
export function drawTempoFigure(context: Context, scene: Scene, height: number): void {
  const { tempos, y } = tempoScale(scene, height);
  context.fillStyle = paletteOf(scene.theme).dim;
  context.font = '10px Inter, system-ui, sans-serif';
  context.textAlign = 'left';
  const shown = inForce(tempos, scene.axis.start)?.bpm ?? tempos[0].bpm;
  const top = y(shown) > height / 2;
  context.fillText(`${Math.round(shown)}`, 5, top ? 11 : height - 4);
}

function tempoScale({ piece }: Scene, height: number) {
  // A player's every beat would be a hedge; the pace is what is meant.
  const said = piece.pace ?? piece.tempos;
  const tempos = said.length > 0 ? said : [{ beat: 0, bpm: 120 }];
  const values = tempos.map((tempo) => Math.log(tempo.bpm));
  const middle = (smallest(values) + largest(values)) / 2;
  const reach = Math.max(0.12, (largest(values) - smallest(values)) / 2);
  const y = (bpm: number): number => height / 2 - ((Math.log(bpm) - middle) / reach) * (height / 2 - MARGIN);
  return { tempos, y };
}
