import type { BarsFigures, EngineFigures, TakesFigures } from './runs.ts';
import type { TorchFigures } from './torch.ts';
import type { WalkFigures } from './walk.ts';

export interface BenchReport {
  readonly model: string;
  readonly node: string;
  readonly engines: Readonly<Record<string, Partial<EngineFigures> & { readonly wordsPerSecond: number }>>;
  readonly walk: WalkFigures;
  readonly torch: TorchFigures | string;
  readonly byBars: readonly BarsFigures[];
  readonly byTakes: readonly TakesFigures[];
}

/** The one table. */
export function tableOf({ model, node, engines, walk, torch, byBars, byTakes }: BenchReport): string[] {
  const simd = engines.simd.wordsPerSecond;
  const rows = Object.entries(engines).map(([name, figures]) => [
    name,
    figures.wordsPerSecond.toFixed(figures.wordsPerSecond < 20 ? 1 : 0),
    whole(figures.firstNoteMs),
    whole(figures.firstNoteColdMs),
    whole(figures.rssMB),
    name === 'simd' ? '1' : `1 / ${(simd / figures.wordsPerSecond).toFixed(2)}`,
  ]);
  const lines = [
    `${model}, batch 1, one thread, Node ${node}; words a second of processor time`,
    '',
    ...grid([['', 'words/s', 'first note, ms', 'cold, ms', 'memory, MB', 'against simd'], ...rows]),
    '',
    `A word walks over ${mega(walk.bytesPerWord)} MB of int8 weights, a beat of the prior over ` +
      `${mega(walk.bytesPerBeat)} MB; the walk reads ${walk.gigabytesPerSecond.toFixed(1)} GB/s.`,
    ...(typeof torch === 'string' ? [`No PyTorch baseline: ${torch}`] : [`PyTorch ${torch.torch}`]),
    '',
    ...grid([
      ['bars', ...byBars.map(({ bars }) => String(bars))],
      ['ms a word', ...byBars.map(({ msPerWord }) => msPerWord.toFixed(3))],
      ['memory, MB', ...byBars.map(({ rssMB }) => whole(rssMB))],
    ]),
    '',
    ...grid([
      ['takes', ...byTakes.map(({ takes }) => String(takes))],
      ['words/s, all takes', ...byTakes.map(({ wordsPerSecond }) => whole(wordsPerSecond))],
    ]),
  ];
  return lines;
}

const whole = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(0));
const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Rows as lines of a Markdown table, columns aligned. */
function grid(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)];
}
