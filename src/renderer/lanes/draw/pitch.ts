import { type Key, STEPS_PER_BEAT } from '../../../model/music/piece.ts';
import { type Places, placeOf } from '../../edit/piece-edit.ts';
import { pitchName } from '../../shared/format.ts';
import type { Context } from '../../shared/painting.ts';
import { type PitchAxis, rowHeight, yOf } from '../pitch-axis.ts';
import { endBeat, xOf } from '../time-axis.ts';
import { longestDuration, visibleRange } from '../visible.ts';
import { colourer, paletteOf, type Scene } from './scene.ts';

/** Pixels. */
const NAME_HEIGHT = 9;
/** Rows lower than this have no room for the name of the tonic between those of C. */
const TONIC_ROW = 2.2;
/** Notes a pixel of the axis; where there are more, none has round corners. */
const ROUNDED_A_PIXEL = 1.2;
/** Semitones above the tonic: in minor those of the natural, harmonic and melodic scale alike, which music mixes freely. */
const SCALES = { major: new Set([0, 2, 4, 5, 7, 9, 11]), minor: new Set([0, 2, 3, 5, 7, 8, 9, 10, 11]) };

/** True for the pitches that the key holds. */
export const isInKey = (pitch: number, { tonic, mode }: Key): boolean =>
  SCALES[mode].has((pitch - tonic + 120) % 12);

/** Rows outside the key are shaded, so that what leaves it is seen; a line under each C. */
export function drawKeyboardRows(context: Context, scene: Scene, rows: PitchAxis): void {
  const palette = paletteOf(scene.theme);
  const tall = rowHeight(rows);
  for (let pitch = rows.low; pitch < rows.low + rows.rows; pitch++) {
    const y = yOf(rows, pitch);
    if (!isInKey(pitch, scene.piece.key)) {
      context.fillStyle = palette.rowShade;
      context.fillRect(0, y, scene.axis.width, tall);
    }
    if (pitch % 12 === 0) {
      context.fillStyle = palette.lineStrong;
      context.fillRect(0, Math.round(y + tall), scene.axis.width, 1);
    }
  }
}

/** Names at each C and, where there is room, at each tonic, on a ground of their own so that notes do not cover them. */
export function drawOctaveNames(context: Context, scene: Scene, rows: PitchAxis): void {
  const palette = paletteOf(scene.theme);
  const { key } = scene.piece;
  const tall = rowHeight(rows);
  context.font = '10px Inter, system-ui, sans-serif';
  context.textAlign = 'left';
  for (let pitch = rows.low; pitch < rows.low + rows.rows; pitch++) {
    const isTonic = pitch % 12 === key.tonic;
    const apart = Math.min(key.tonic, 12 - key.tonic) * tall > NAME_HEIGHT + 4;
    if (pitch % 12 !== 0 && !(isTonic && apart && tall >= TONIC_ROW)) continue;
    const baseline = yOf(rows, pitch) + tall - 2;
    // Half a name says nothing.
    if (baseline < NAME_HEIGHT) continue;
    const name = pitchName(pitch, key);
    context.fillStyle = palette.ground;
    context.fillRect(2, baseline - NAME_HEIGHT + 1, context.measureText(name).width + 4, NAME_HEIGHT + 1);
    context.fillStyle = isTonic ? palette.ink : palette.dim;
    context.fillText(name, 4, baseline);
  }
}

/** `share`: how thick notes are, of what their rows hold. */
export function drawNotes(context: Context, scene: Scene, rows: PitchAxis, chosen: Places, share = 1): void {
  const { piece, axis } = scene;
  const colour = colourer(scene);
  const palette = paletteOf(scene.theme);
  const tall = rowHeight(rows);
  const bar = Math.max(share < 1 ? 1.4 : 2, Math.min(tall - 0.8, 12) * share);
  const range = visibleRange(
    piece.notes,
    axis.start * STEPS_PER_BEAT,
    endBeat(axis) * STEPS_PER_BEAT,
    longestDuration(piece.notes),
  );
  for (let i = range.from; i < range.to; i++) {
    const note = piece.notes[i];
    const x = xOf(axis, note.step / STEPS_PER_BEAT);
    const width = Math.max(2.5, (note.duration / STEPS_PER_BEAT) * axis.scale - 1);
    if (x + width < 0) continue;
    const y = yOf(rows, note.pitch) + (tall - bar) / 2;
    context.fillStyle = colour(note.step / STEPS_PER_BEAT, 0.4 + (0.6 * note.velocity) / 127);
    // Round corners are a tenth of the speed: only where they can be seen.
    if (bar >= 5 && width >= 6 && range.to - range.from < axis.width * ROUNDED_A_PIXEL) {
      context.beginPath();
      context.roundRect(x, y, width, bar, 2);
      context.fill();
    } else {
      context.fillRect(x, y, width, bar);
    }
    if (chosen.size > 0 && chosen.has(placeOf(note))) {
      context.strokeStyle = palette.ink;
      context.lineWidth = 1.4;
      context.strokeRect(x, y, width, bar);
    }
  }
}
