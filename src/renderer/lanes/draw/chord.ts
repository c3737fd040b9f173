import { keyAt } from '../../../model/music/key-at.ts';
import { type Chord, type Key, STEPS_PER_BEAT } from '../../../model/music/piece.ts';
import { chordSpans } from '../../edit/bars.ts';
import { chordName, triadName } from '../../shared/format.ts';
import type { Context } from '../../shared/painting.ts';
import { xOf } from '../time-axis.ts';
import { colourer, paletteOf, type Scene } from './scene.ts';

const FONT = '11px Inter, system-ui, sans-serif';
/** Pixels; the name of a chord that is held for longer is written again. */
const NAME_EVERY = 320;
const SMALL_FONT = '8.5px Inter, system-ui, sans-serif';

/** The harmony as a strip of chips, their lower edge in the colour of the bar. */
export function drawChords(context: Context, scene: Scene, height: number): void {
  const { piece, axis } = scene;
  const palette = paletteOf(scene.theme);
  const colour = colourer(scene);
  const tall = Math.min(26, height - 12);
  const y = (height - tall) / 2;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const lastOnset = piece.notes[piece.notes.length - 1]?.step ?? 0;
  for (const span of chordSpans(piece)) {
    const x = xOf(axis, span.from) + 1;
    // Never negative, however far a long clip is zoomed out: a corner of less than nothing is an error.
    const width = Math.max(1, xOf(axis, span.to) - xOf(axis, span.from) - 2);
    if (x > axis.width || x + width < 0) continue;
    // Bars that are not written yet, of live music: silence is another thing.
    if (!span.chord && span.from * STEPS_PER_BEAT > lastOnset) continue;
    if (span.chord) {
      context.fillStyle = palette.chip;
      context.beginPath();
      context.roundRect(x, y, width, tall, Math.min(5, width / 2));
      context.fill();
      context.fillStyle = colour(span.from, 0.7);
      const inset = Math.min(4, width / 4);
      context.fillRect(x + inset, y + tall - 2, Math.max(1, width - 2 * inset), 2);
    }
    const name = nameWithin(context, namesOf(span.chord, keyAt(piece, span.from)), width);
    if (name === null) continue;
    context.fillStyle = span.chord ? palette.ink : palette.dim;
    const names = Math.max(1, Math.floor(width / NAME_EVERY));
    for (let i = 0; i < names; i++) context.fillText(name, x + (width * (i + 0.5)) / names, y + tall / 2);
  }
  context.textBaseline = 'alphabetic';
}

/** In the order in which they are tried. */
const namesOf = (chord: Chord | null, key: Key): string[] =>
  chord ? [chordName(chord, key), triadName(chord, key)] : [chordName(null, key)];

/** The first name, in the largest type, that fits; null where there is no room. Sets the font. */
function nameWithin(context: Context, names: readonly string[], width: number): string | null {
  if (width < 8) return null;
  for (const text of names)
    for (const font of [FONT, SMALL_FONT]) {
      context.font = font;
      if (context.measureText(text).width <= width - (font === FONT ? 3 : 0)) return text;
    }
  return null;
}
