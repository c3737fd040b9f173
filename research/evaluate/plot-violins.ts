import type { ClipFigure } from '../../src/model/choosing/clip-figures.ts';
import { mean } from '../../src/model/emotion/statistics.ts';
import { density } from '../evaluation/statistics.ts';
import type { HeardClip } from './generation.ts';
import { QUADRANTS } from './quadrants.ts';
import { path, picture, QUADRANT_COLOURS, REAL_COLOUR, rounded, text } from './svg.ts';

const SHOWN: readonly (readonly [ClipFigure, string])[] = [
  ['velocity', 'velocity'],
  ['notesPerSecond', 'notes a second'],
  ['notesPerBar', 'notes a bar'],
  ['bpm', 'tempo (bpm)'],
  ['duration', 'length (steps)'],
  ['PR', 'pitch range'],
  ['BPR', 'pitch range of a bar'],
  ['NPC', 'pitch classes'],
  ['POLY', 'polyphony'],
  ['repetition', 'bar repetition'],
];
const PANEL = { width: 230, height: 170, columns: 5 };
const TOP = 30;
const LOW = 28;
const POINTS = 48;

/** Each measure a quadrant: real clips on the left of each stem in grey, generated ones on the right in colour. */
export function violins(name: string, real: readonly HeardClip[], made: readonly HeardClip[]): string {
  const rows = Math.ceil(SHOWN.length / PANEL.columns);
  const panels = SHOWN.map(([figure, label], i) => {
    const x = (i % PANEL.columns) * PANEL.width;
    const y = 26 + Math.floor(i / PANEL.columns) * PANEL.height;
    return `<g transform="translate(${x} ${y})">${panel(figure, label, real, made)}</g>`;
  });
  const width = PANEL.columns * PANEL.width;
  const title = `${name}: generated clips (colour, right) beside real ones (grey, left), a quadrant; a bar marks the mean`;
  return picture(width, 30 + rows * PANEL.height, title, [
    text(width / 2, 18, title, { size: 12 }),
    ...panels,
  ]);
}

function panel(
  figure: ClipFigure,
  label: string,
  real: readonly HeardClip[],
  made: readonly HeardClip[],
): string {
  const values = (clips: readonly HeardClip[], quadrant: number) =>
    clips.filter((clip) => clip.quadrant === quadrant).map((clip) => clip.figures[figure]);
  const all = [...real, ...made].map((clip) => clip.figures[figure]).sort((a, b) => a - b);
  const low = all[Math.floor(0.01 * all.length)] ?? 0;
  const high = Math.max(low + 1e-6, all[Math.min(all.length - 1, Math.floor(0.99 * all.length))] ?? 1);
  const y = (value: number) =>
    PANEL.height - LOW - ((value - low) / (high - low)) * (PANEL.height - TOP - LOW);
  const halves = QUADRANTS.flatMap((quadrant, i) => {
    const x = 45 + i * 50;
    return [
      text(x, PANEL.height - 10, `Q${quadrant}`),
      half(values(real, quadrant), -1, x, REAL_COLOUR, low, high, y),
      half(values(made, quadrant), 1, x, QUADRANT_COLOURS[i], low, high, y),
    ];
  });
  return [
    text(PANEL.width / 2, 18, label, { size: 12 }),
    text(18, y(high) + 4, rounded(high), { size: 9 }),
    text(18, y(low) + 4, rounded(low), { size: 9 }),
    ...halves,
  ].join('');
}

function half(
  values: readonly number[],
  side: -1 | 1,
  x: number,
  colour: string,
  low: number,
  high: number,
  y: (value: number) => number,
): string {
  if (values.length === 0) return '';
  const at = Array.from({ length: POINTS }, (_, i) => low + (i / (POINTS - 1)) * (high - low));
  const heights = density(values, at);
  const widest = Math.max(...heights, 1e-12);
  const edge = at.map((value, i) => ({ x: x + side * (1 + (20 * heights[i]) / widest), y: y(value) }));
  const outline = path([{ x, y: y(low) }, ...edge, { x, y: y(high) }], true);
  const centre = y(Math.min(high, Math.max(low, mean(values))));
  return `<path d="${outline}" fill="${colour}" fill-opacity="0.75"/><path d="${path([
    { x, y: centre },
    { x: x + side * 18, y: centre },
  ])}" stroke="#111" stroke-width="1.5"/>`;
}
