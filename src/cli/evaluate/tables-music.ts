import { quantile } from '../../model/emotion/statistics.ts';
import { CLIP_FIGURES, type ClipFigure } from '../../model/evaluation/clip-figures.ts';
import type { Runs } from './copies.ts';
import type { Accuracy } from './judge.ts';
import { bold, percent, show, table } from './markdown.ts';
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
  const row = (name: string, shares: readonly number[]) => [name, ...shares.map((value) => show(value))];
  return table(
    ['share in major', 'Q1', 'Q2', 'Q3', 'Q4'],
    [
      ...(real ? [row('real', real.major)] : []),
      ...models.flatMap((model) => (model.major ? [row(model.name, model.major)] : [])),
    ],
  );
}

const NAMES: Partial<Record<ClipFigure, string>> = {
  notesPerBar: 'notes a bar',
  notesPerSecond: 'notes a second',
  duration: 'length (steps)',
};
/** Further off than this is marked. */
const TOLERANCE = 0.2;

/** Generated / real, a quadrant; bold where it is off by more than a fifth. The last columns: overlap of distributions. */
export function measuresTable({ name, comparisons }: ModelSummary): string {
  const quadrants = Object.entries(comparisons ?? {});
  return table(
    [name, ...quadrants.map(([q]) => `${q} made / real`), ...quadrants.map(([q]) => `${q} overlap`)],
    CLIP_FIGURES.map((figure) => [
      NAMES[figure] ?? figure,
      ...quadrants.map(([, row]) => {
        const { made, real, off } = row[figure];
        return bold(`${show(made)} / ${show(real)}`, Math.abs(off) > TOLERANCE);
      }),
      ...quadrants.map(([, row]) => show(row[figure].overlap)),
    ]),
  );
}

export const sliderTable = ({ models }: Summary): string =>
  table(
    ['', 'judge', ...STEPS.map(String), 'Spearman', 'of takes', 'drag'],
    models.flatMap(({ name, sliders }) =>
      Object.entries(sliders?.sweeps ?? {}).flatMap(([judge, sweeps]) =>
        (['valence', 'arousal'] as const).flatMap((dimension) => {
          const { own, spearman, spearmanOfTakes, drag, major } = sweeps[dimension];
          return [
            [
              `${name}: ${dimension}`,
              judge,
              ...own.map((value) => show(value)),
              ...[spearman, spearmanOfTakes, drag].map((value) => show(value)),
            ],
            ...(dimension === 'valence'
              ? [[`${name}: share in major`, '', ...major.map((value) => show(value)), '', '', '']]
              : []),
          ];
        }),
      ),
    ),
  );

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
