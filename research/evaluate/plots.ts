import { ELEMENTS } from '../../src/model/tokens/vocabulary.ts';
import type { Runs } from './copies.ts';
import type { MapFigures } from './maps.ts';
import { type SliderFigures, STEPS } from './sliders.ts';
import { path, picture, QUADRANT_COLOURS, REAL_COLOUR, rounded, text } from './svg.ts';

const SIDE = 200;

/** Heard against asked for both sliders, own dimension in full, the other dashed. */
export function sliderPlot(name: string, { sweeps }: SliderFigures): string {
  const panels = Object.entries(sweeps).flatMap(([judge, both]) =>
    (['valence', 'arousal'] as const).map((dimension) => {
      const x = (value: number) => 20 + ((value + 1) / 2) * (SIDE - 40);
      const y = (value: number) => SIDE - x(value);
      const line = (values: readonly number[]) => path(values.map((v, i) => ({ x: x(STEPS[i]), y: y(v) })));
      const { own, other } = both[dimension];
      return [
        text(SIDE / 2, 12, `${dimension} asked, heard by ${judge}`, { size: 10 }),
        `<rect x="20" y="20" width="160" height="160" fill="none" stroke="#ccc"/>`,
        `<path d="${path([
          { x: 20, y: 180 },
          { x: 180, y: 20 },
        ])}" stroke="#ddd"/>`,
        `<path d="${line(own)}" fill="none" stroke="${QUADRANT_COLOURS[1]}" stroke-width="2"/>`,
        `<path d="${line(other)}" fill="none" stroke="${REAL_COLOUR}" stroke-width="2" stroke-dasharray="4 3"/>`,
      ].join('');
    }),
  );
  const width = SIDE * Math.max(1, panels.length);
  return picture(width, SIDE, `${name}: sliders; the dashed line is the other dimension`, placed(panels));
}

/** Where clips lie by the codes of each element, coloured and lettered by quadrant. */
export function mapPlot(name: string, maps: MapFigures): string {
  const panels = ELEMENTS.map((element) => {
    const { points } = maps[element];
    const span = (of: (p: (typeof points)[number]) => number) => {
      const values = points.map(of);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return (value: number) => 12 + ((value - low) / Math.max(1e-9, high - low)) * (SIDE - 24);
    };
    const [x, y] = [span((p) => p.x), span((p) => p.y)];
    const dots = points.map(
      (p) =>
        `<circle cx="${rounded(x(p.x))}" cy="${rounded(16 + y(p.y) * 0.9)}" r="2.2" fill="${QUADRANT_COLOURS[p.quadrant - 1]}" fill-opacity="0.7"/>`,
    );
    return [text(SIDE / 2, 12, element, { size: 11 }), ...dots].join('');
  });
  const legend = QUADRANT_COLOURS.map((colour, i) => `<tspan fill="${colour}">Q${i + 1} </tspan>`).join('');
  return picture(
    SIDE * panels.length,
    SIDE + 22,
    `${name}: t-SNE of the mean code of each clip, an element`,
    [...placed(panels), `<text x="12" y="${SIDE + 14}" font-size="12">${legend}</text>`],
  );
}

/** Share of clips whose longest run reaches n notes. */
export function runPlot(rows: readonly (readonly [name: string, runs: Runs])[]): string {
  const [width, height] = [420, 220];
  const most = Math.max(20, ...rows.map(([, runs]) => runs.at(-1) ?? 0));
  const colours = [REAL_COLOUR, ...QUADRANT_COLOURS];
  const lines = rows.flatMap(([name, runs], i) => {
    const points = Array.from({ length: most + 1 }, (_, n) => ({
      x: 40 + (n / most) * (width - 60),
      y: height - 40 - (runs.filter((run) => run >= n).length / Math.max(1, runs.length)) * (height - 70),
    }));
    return [
      `<path d="${path(points)}" fill="none" stroke="${colours[i % colours.length]}" stroke-width="2"/>`,
      `<rect x="${width - 150}" y="${36 + 16 * i}" width="12" height="3" fill="${colours[i % colours.length]}"/>`,
      text(width - 132, 40 + 16 * i, name, { anchor: 'start' }),
    ];
  });
  const title = 'Share of clips that share a run of at least n notes with a training clip';
  return picture(width, height, title, [
    text(width / 2, 16, title, { size: 11 }),
    ...lines,
    text(40, height - 22, '0'),
    text(width - 20, height - 22, String(most)),
    text(width / 2, height - 8, 'notes'),
    text(28, 36, '1'),
    text(28, height - 36, '0'),
  ]);
}

const placed = (panels: readonly string[]): string[] =>
  panels.map((content, i) => `<g transform="translate(${i * SIDE} 0)">${content}</g>`);
