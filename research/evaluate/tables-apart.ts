import { type Apart, type Area, TREES } from './apart-judge.ts';
import { table } from './markdown.ts';
import type { Summary } from './report.ts';

/** A row a rung, from real clips among themselves up to takes. */
export function apartTable({ real, models }: Summary): string {
  const cell = ({ auc, se }: Area) => `${auc.toFixed(3)} ± ${se.toFixed(3)}`;
  const row = (name: string, { trees, network, clips }: Apart) => [
    name,
    ...TREES.map((tree) => cell(trees[tree])),
    cell(network),
    `${clips.made}`,
  ];
  return table(
    ['told from real clips', ...TREES, 'network', 'clips'],
    [
      ...(real?.toldApart
        ? [
            row('real clips of other songs', real.toldApart.floor),
            row('real clips, played from their words', real.toldApart.words),
          ]
        : []),
      ...models.flatMap(({ name, toldApart }) =>
        toldApart
          ? [
              ...(toldApart.codes ? [row(`${name}: decoded codes`, toldApart.codes)] : []),
              row(`${name}: takes`, toldApart.takes),
            ]
          : [],
      ),
    ],
  );
}
