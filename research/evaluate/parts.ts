import { show, table } from './markdown.ts';
import { CODEC_MEASURES, type Measure, MUSIC_MEASURES } from './part-measures.ts';
import type { Summary } from './report.ts';

/** Two models that differ in one part. */
interface Part {
  readonly name: string;
  readonly with: string;
  readonly without: string;
}

/** What generation may owe to each part. */
const MUSIC_PARTS: readonly Part[] = [
  { name: 'choosing the best of 4', with: 'affetto', without: 'affetto@1' },
  { name: 'leaning', with: 'affetto@1', without: 'affetto@1~plain' },
  { name: 'guidance 2', with: 'affetto@1~g2', without: 'affetto@1~g1' },
  { name: 'prior and decoder told the emotion', with: 'affetto@1', without: 'affetto@1~g0' },
  { name: 'the same, leaning to nothing', with: 'affetto@1~plain', without: 'affetto@1~g0~plain' },
  { name: 'pre-training on Pop1k7', with: 'affetto@1', without: 'affetto-scratch@1' },
];

/** What the codes may owe to each part: pairs of short runs. */
const CODEC_PARTS: readonly Part[] = [
  { name: 'regularization, affetto', with: 'affetto-short@1', without: 'affetto-short-free@1' },
  { name: 'two-level decoding, affetto', with: 'affetto-short@1', without: 'affetto-flat@1' },
  { name: 'regularization, muser-paper', with: 'muser-paper-short@1', without: 'muser-paper-short-free@1' },
  { name: 'two-level decoding, muser-paper', with: 'muser-paper-short@1', without: 'muser-paper-flat@1' },
];

/** What readers meet first, each in full; every other model is there for a comparison. */
const MAIN: ReadonlySet<string> = new Set(['affetto', 'affetto@1', 'muser-paper', 'muser-paper@1']);
const COMPARED: ReadonlySet<string> = new Set(
  [...MUSIC_PARTS, ...CODEC_PARTS]
    .flatMap((part) => [part.with, part.without])
    .filter((name) => !MAIN.has(name)),
);

/** Models whose figures appear in the comparisons alone. */
export const isCompared = (name: string): boolean => COMPARED.has(name) || COMPARED.has(`${name}@1`);

export const musicPartsTable = (summary: Summary): string => partsTable(summary, MUSIC_PARTS, MUSIC_MEASURES);
export const codecPartsTable = (summary: Summary): string => partsTable(summary, CODEC_PARTS, CODEC_MEASURES);

/** A row a part: each measure with it and without it, and what that says. Parts that were not measured are left out. */
function partsTable(
  { models, gates }: Summary,
  parts: readonly Part[],
  measures: readonly Measure[],
): string {
  const find = (name: string) => models.find((model) => model.name === name);
  const gatesOf = (name: string) => gates.find(({ model }) => model === name || `${model}@1` === name);
  const found = parts.flatMap((part) => {
    const [whole, bare] = [find(part.with), find(part.without)];
    if (!whole || !bare) return [];
    const pairs = measures.map((measure) => ({
      measure,
      has: measure.of(whole, gatesOf(part.with)),
      lacks: measure.of(bare, gatesOf(part.without)),
    }));
    return [[part.name, ...pairs.map(cell), verdict(pairs)]];
  });
  return table(['with → without', ...measures.map(({ name }) => name), 'without it'], found);
}

interface Pair {
  readonly measure: Measure;
  readonly has: number | undefined;
  readonly lacks: number | undefined;
}

function cell({ measure, has, lacks }: Pair): string {
  const text = (value: number | undefined) =>
    value === undefined ? '–' : (measure.show ?? ((v: number) => show(v)))(value);
  return has === undefined && lacks === undefined ? '–' : `${text(has)} → ${text(lacks)}`;
}

function verdict(pairs: readonly Pair[]): string {
  const names = (sign: number) =>
    pairs
      .filter(({ measure: { better, chance }, has, lacks }) => {
        if (has === undefined || lacks === undefined || better === 0) return false;
        return sign * better * (lacks - has) > chance;
      })
      .map(({ measure }) => measure.name)
      .join('; ');
  const said = [
    ['worse', names(-1)],
    ['better', names(1)],
  ].flatMap(([word, list]) => (list ? [`**${word}**: ${list}`] : []));
  return said.length > 0 ? said.join('. ') : 'nothing beyond chance';
}
