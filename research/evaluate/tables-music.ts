import { CLIP_FIGURES, type ClipFigure } from '../../src/model/choosing/clip-figures.ts';
import { quantile } from '../../src/model/emotion/statistics.ts';
import type { Runs } from './copies.ts';
import type { Accuracy } from './judge.ts';
import { bold, percent, show, table } from './markdown.ts';
import type { ModeFigures } from './modes.ts';
import type { ModelSummary, Summary } from './report.ts';
import { STEPS } from './sliders.ts';

export function accuracyTable({ real, models }: Summary): string {
  const rows = (name: string, found: Readonly<Record<string, Accuracy>> | undefined) =>
    Object.entries(found ?? {}).map(([judge, { fourQ, arousal, valence, clips }]) => [
      name,
      judge,
      ...[fourQ, arousal, valence].map((value) => show(value)),
      String(clips),
    ]);
  return table(
    ['clips', 'judge', '4Q', 'arousal', 'valence', 'n'],
    [
      ...rows('real, held back', real?.accuracies),
      ...models.flatMap((model) => rows(model.name, model.accuracies)),
    ],
  );
}

export function majorTable({ real, models }: Summary): string {
  const row = (name: string, shares: readonly number[], ends?: ModeFigures) => [
    name,
    ...[...shares, ...(ends ? [ends.lowest, ends.highest] : [])].map((value) => show(value)),
    ...(ends ? [] : ['', '']),
  ];
  return table(
    ['share in major', 'Q1', 'Q2', 'Q3', 'Q4', 'valence -1', 'valence +1'],
    [
      ...(real ? [row('real', real.major)] : []),
      ...models.flatMap((model) => (model.major ? [row(model.name, model.major, model.modes)] : [])),
    ],
  );
}

const NAMES: Partial<Record<ClipFigure, string>> = {
  notesPerBar: 'notes a bar',
  notesPerSecond: 'notes a second',
  duration: 'length (steps)',
};
/** Further off than this is marked: the paper's measures should be as in real clips, the others about as. */
const toleranceOf = (figure: ClipFigure): number =>
  ['PR', 'NPC', 'POLY', 'BPR', 'BNPC', 'BPOLY'].includes(figure) ? 0.05 : 0.2;

/** Generated / real, a quadrant; bold where it is further off than it may be. The last columns: overlap of distributions. */
export function measuresTable({ name, comparisons }: ModelSummary): string {
  const quadrants = Object.entries(comparisons ?? {});
  return table(
    [name, ...quadrants.map(([q]) => `${q} made / real`), ...quadrants.map(([q]) => `${q} overlap`)],
    CLIP_FIGURES.map((figure) => [
      NAMES[figure] ?? figure,
      ...quadrants.map(([, row]) => {
        const { made, real, off } = row[figure];
        return bold(`${show(made)} / ${show(real)} (${signed(off)})`, Math.abs(off) > toleranceOf(figure));
      }),
      ...quadrants.map(([, row]) => show(row[figure].overlap)),
    ]),
  );
}

export const sliderTable = ({ models }: Summary): string =>
  table(
    ['', 'judge', ...STEPS.map(String), 'Spearman', 'of takes', 'drag'],
    models.flatMap(({ name, sliders }) =>
      Object.entries(sliders?.sweeps ?? {}).flatMap(([judge, sweeps], i) =>
        (['valence', 'arousal'] as const).flatMap((dimension) => {
          const { own, spearman, spearmanOfTakes, drag, major } = sweeps[dimension];
          return [
            [
              `${name}: ${dimension}`,
              judge,
              ...own.map((value) => show(value)),
              ...[spearman, spearmanOfTakes, drag].map((value) => show(value)),
            ],
            ...(dimension === 'valence' && i === 0
              ? [[`${name}: share in major`, '', ...major.map((value) => show(value)), '', '', '']]
              : []),
          ];
        }),
      ),
    ),
  );

const signed = (off: number): string => `${off < 0 ? '-' : '+'}${percent(Math.abs(off))}`;

export function copyTable({ real, models }: Summary): string {
  const row = (name: string, runs: Runs) => [
    name,
    ...[0, 0.5, 0.9, 0.99].map((share) => String(quantile(runs, share))),
    String(runs.at(-1) ?? 0),
    String(runs.length),
  ];
  return table(
    ['longest run shared with a training clip (notes)', 'least', 'median', '90%', '99%', 'most', 'clips'],
    [
      ...(real && real.runs.length > 0 ? [row('real, held back', real.runs)] : []),
      ...models.flatMap(({ name, runs }) => (runs && runs.length > 0 ? [row(name, runs)] : [])),
    ],
  );
}

export const speedTable = ({ models }: Summary): string =>
  table(
    ['', 'engine', 'weights (MB)', 'music / computing', 'the same, 8 takes at once', 'words a second'],
    models.flatMap(({ name, speed }) =>
      speed
        ? [
            [
              name,
              speed.engine,
              show(speed.megabytes, 1),
              `${show(speed.realTime, 1)} x`,
              `${show(speed.realTimeOfBatch, 1)} x`,
              show(speed.wordsPerSecond, 0),
            ],
          ]
        : [],
    ),
  );

export const confusionTable = ({ models }: Summary): string =>
  table(
    ['asked', 'judge', 'heard Q1', 'Q2', 'Q3', 'Q4'],
    models.flatMap(({ name, confusion }) =>
      Object.entries(confusion ?? {}).flatMap(([judge, rows]) =>
        rows.map((row, i) => [`${name} Q${i + 1}`, judge, ...row.map(percent)]),
      ),
    ),
  );
