import { ELEMENTS, type Element } from '../../src/model/tokens/vocabulary.ts';
import type { Gates } from './gates.ts';
import { PAIRS } from './maps.ts';
import { bold, show, table } from './markdown.ts';
import type { ModelSummary } from './report.ts';
import {
  elementsOf,
  type Movement,
  SWAPPED,
  type Swapped,
  type TransferFigures,
  type TransferLikelihood,
} from './transfer.ts';

/** Nats a carried step: right codes, another clip's, no history; the unigram first. */
export function crossEntropyTable(gates: readonly Gates[]): string {
  const row = (name: string, values: Gates['crossEntropy'] | null) => [
    name,
    ...ELEMENTS.map((element) => show(values?.[element])),
    show(values ? ELEMENTS.reduce((sum, element) => sum + values[element], 0) : null),
  ];
  const unigram = gates.find((record) => record.unigram)?.unigram ?? null;
  return table(
    ['', ...ELEMENTS, 'sum'],
    [
      ...(unigram ? [row('unigram', unigram)] : []),
      ...gates.flatMap((record) => [
        row(record.model, record.crossEntropy),
        row(`${record.model}, another clip's codes`, record.otherCodes),
        row(`${record.model}, blank history`, record.blankHistory),
      ]),
    ],
  );
}

/** Nats that each book's codes hold of each element. */
export const informationTable = (gates: readonly Gates[]): string =>
  table(
    ['codes of', ...ELEMENTS, 'perplexity'],
    gates.flatMap(({ model, information, perplexity }) =>
      Object.entries(information).map(([book, values]) => [
        `${model} ${book}`,
        ...ELEMENTS.map((element) => bold(show(values[element]), values[element] >= 0.5)),
        show(perplexity[book], 0),
      ]),
    ),
  );

export const reconstructionTable = (models: readonly ModelSummary[]): string =>
  table(
    [
      '',
      'count',
      'pitch',
      'duration',
      'velocity',
      'onset',
      'tempo',
      'chord equal',
      'note F1',
      'length',
      'clips',
    ],
    models.flatMap(({ name, reconstruction }) =>
      (['emopia', 'pop1k7'] as const).flatMap((source) => {
        const figures = reconstruction?.[source];
        if (!figures) return [];
        const { count, pitch, duration, velocity, onset, tempo } = figures.correlation;
        return [
          [
            `${name}, ${source === 'emopia' ? 'EMOPIA' : 'Pop1k7'}`,
            ...[count, pitch, duration, velocity, onset, tempo].map((value) => show(value)),
            ...[figures.chord, figures.noteF1, figures.lengthRatio].map((value) => show(value)),
            String(figures.clips),
          ],
        ];
      }),
    ),
  );

/** How far went what was swapped; of a rhythm the part that went less far. */
export const ownMovement = (moves: Movement, own: Swapped): number =>
  Math.min(...elementsOf(own).map((element) => moves[element]));

/** The statistic that follows most beside what was swapped. */
export function worstOther(moves: Movement, own: Swapped): [Element, number] {
  return ELEMENTS.filter((element) => !elementsOf(own).includes(element))
    .map((element): [Element, number] => [element, moves[element]])
    .reduce((a, b) => (Math.abs(b[1]) > Math.abs(a[1]) ? b : a));
}

/** How much less likely the prior finds the result than A written again with nothing swapped, as a share. */
export function likelihoodFall(
  { none, ...swapped }: TransferLikelihood,
  how: 'free' | 'kept',
  own: Swapped,
): number | undefined {
  const value = swapped[how][own];
  return value === undefined ? undefined : value / none - 1;
}

const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${share > 0 ? '-' : '+'}${Math.abs(Math.round(100 * share))}%`;

export const transferTable = (models: readonly ModelSummary[]): string =>
  table(
    [
      'swapped',
      ...ELEMENTS.map((element) => `${element} moves`),
      'worst other',
      'own, kept words',
      'likelihood',
      'the same, kept words',
      'chord heard',
      'the same, kept words',
    ],
    models.flatMap(({ name, transfer }) => (transfer ? transferRows(name, transfer) : [])),
  );

function transferRows(name: string, { none, free, kept, likelihood, heard }: TransferFigures): string[][] {
  const unswapped = ELEMENTS.map((e) => show(none[e]));
  return [
    [`${name}: nothing`, ...unswapped, '', '', '', '', show(heard?.none), show(heard?.own)],
    ...SWAPPED.flatMap((own) => {
      const [moves, keptMoves] = [free[own], kept[own]];
      if (!moves || !keptMoves) return [];
      const fall = (how: 'free' | 'kept') => percent(likelihood && likelihoodFall(likelihood, how, own));
      return [
        [
          `${name}: ${own}`,
          ...ELEMENTS.map((element) => bold(show(moves[element]), elementsOf(own).includes(element))),
          show(worstOther(moves, own)[1]),
          show(ownMovement(keptMoves, own)),
          fall('free'),
          fall('kept'),
          show(heard?.free[own]),
          show(heard?.kept[own]),
        ],
      ];
    }),
  ];
}

export const silhouetteTable = (models: readonly ModelSummary[]): string =>
  table(
    ['mean code of', ...PAIRS.map(([p, q]) => `Q${p}–Q${q}`)],
    models.flatMap(({ name, silhouettes }) =>
      Object.entries(silhouettes ?? {}).map(([element, values]) => [
        `${name} ${element}`,
        ...PAIRS.map(([p, q]) => show(values[`Q${p}-Q${q}`])),
      ]),
    ),
  );
