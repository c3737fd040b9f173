import { ELEMENTS } from '../../model/tokens/vocabulary.ts';
import type { Gates } from './gates.ts';
import { PAIRS } from './maps.ts';
import { bold, show, table } from './markdown.ts';
import type { ModelSummary } from './report.ts';
import type { Movement, TransferLikelihood } from './transfer.ts';

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

/** Own movement, and the statistic that follows most beside it. */
export function worstOther(moves: Movement, own: keyof Movement): [keyof Movement, number] {
  return ELEMENTS.filter((element) => element !== own)
    .map((element): [keyof Movement, number] => [element, moves[element]])
    .reduce((a, b) => (Math.abs(b[1]) > Math.abs(a[1]) ? b : a));
}

/** How much less likely the prior finds the result than A written again with nothing swapped, as a share. */
export const likelihoodFall = (
  { none, ...swapped }: TransferLikelihood,
  how: 'free' | 'kept',
  own: keyof Movement,
): number => swapped[how][own] / none - 1;

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
    ],
    models.flatMap(({ name, transfer }) =>
      transfer
        ? [
            [`${name}: nothing`, ...ELEMENTS.map((e) => show(transfer.none[e])), '', '', '', ''],
            ...ELEMENTS.map((own) => {
              const moves = transfer.free[own];
              const { likelihood } = transfer;
              const fall = (how: 'free' | 'kept') =>
                percent(likelihood && likelihoodFall(likelihood, how, own));
              return [
                `${name}: ${own}`,
                ...ELEMENTS.map((element) => bold(show(moves[element]), element === own)),
                show(worstOther(moves, own)[1]),
                show(transfer.kept[own][own]),
                fall('free'),
                fall('kept'),
              ];
            }),
          ]
        : [],
    ),
  );

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
