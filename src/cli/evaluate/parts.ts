import { mean, quantile } from '../../model/emotion/statistics.ts';
import { ELEMENTS, type Element } from '../../model/tokens/vocabulary.ts';
import type { Gates } from './gates.ts';
import { percent, show, table } from './markdown.ts';
import type { ModelSummary, Summary } from './report.ts';
import { SECOND_JUDGE } from './second-judge.ts';
import { separation } from './separation.ts';
import { AS_REAL } from './targets.ts';
import type { TransferFigures } from './transfer.ts';

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

interface Measure {
  readonly name: string;
  readonly of: (model: ModelSummary, gates: Gates | undefined) => number | undefined;
  /** 1: more is better; -1: less is; 0: neither. */
  readonly better: 1 | -1 | 0;
  /** Differences up to this are put down to chance: about two standard errors, or what seeds have been seen to differ by. */
  readonly chance: number;
  readonly show?: (value: number) => string;
}

const rows = ({ comparisons }: ModelSummary) =>
  Object.values(comparisons ?? {}).flatMap((row) => AS_REAL.map((figure) => row[figure]));
const meanOf = (values: readonly number[]): number | undefined =>
  values.length > 0 ? mean(values) : undefined;

const MUSIC_MEASURES: readonly Measure[] = [
  { name: '4Q, recogniser', of: (m) => m.accuracies?.recogniser?.fourQ, better: 1, chance: 0.05 },
  { name: '4Q, second judge', of: (m) => m.accuracies?.[SECOND_JUDGE]?.fourQ, better: 1, chance: 0.05 },
  {
    name: 'arousal, second judge',
    of: (m) => m.accuracies?.[SECOND_JUDGE]?.arousal,
    better: 1,
    chance: 0.04,
  },
  {
    name: 'valence, second judge',
    of: (m) => m.accuracies?.[SECOND_JUDGE]?.valence,
    better: 1,
    chance: 0.04,
  },
  {
    name: 'off from real',
    of: (m) => meanOf(rows(m).map(({ off }) => Math.abs(off))),
    better: -1,
    chance: 0.02,
    show: percent,
  },
  {
    name: 'overlap with real',
    of: (m) => meanOf(rows(m).map(({ overlap }) => overlap)),
    better: 1,
    chance: 0.02,
  },
  {
    name: 'major, Q1+Q4 less Q2+Q3',
    of: ({ major }) => major && (major[0] + major[3] - major[1] - major[2]) / 2,
    better: 0,
    chance: 0.08,
  },
  {
    name: 'run shared with training, 99%',
    of: ({ runs }) => (runs?.length ? quantile(runs, 0.99) : undefined),
    better: -1,
    chance: 1,
    show: String,
  },
];

/** How far the element that follows most moves, beyond what it moves when nothing is taken. */
const leakOf = ({ free, none }: TransferFigures, own: Element): number =>
  Math.max(...ELEMENTS.filter((e) => e !== own).map((e) => Math.abs(free[own][e] - none[e])));

const CODEC_MEASURES: readonly Measure[] = [
  {
    name: 'cross-entropy (sum)',
    of: (_, gates) => gates && ELEMENTS.reduce((sum, e) => sum + gates.crossEntropy[e], 0),
    better: -1,
    chance: 0.1,
  },
  {
    name: 'information (nats an element)',
    of: (_, gates) =>
      gates && mean(ELEMENTS.map((e) => Math.max(...Object.values(gates.information).map((row) => row[e])))),
    better: 1,
    chance: 0.05,
  },
  {
    name: 'reconstruction (correlation)',
    of: ({ reconstruction }) => {
      const found = reconstruction?.emopia?.correlation;
      return found && mean([found.count, found.pitch, found.duration, found.velocity]);
    },
    better: 1,
    chance: 0.03,
  },
  { name: 'note F1', of: (m) => m.reconstruction?.emopia?.noteF1, better: 1, chance: 0.02 },
  {
    name: 'transfer, own movement',
    of: ({ transfer }) =>
      transfer ? mean(ELEMENTS.map((e) => transfer.free[e][e] - transfer.none[e])) : undefined,
    better: 1,
    chance: 0.05,
  },
  {
    name: 'transfer, leak',
    of: ({ transfer }) => (transfer ? mean(ELEMENTS.map((own) => leakOf(transfer, own))) : undefined),
    better: -1,
    chance: 0.05,
  },
  { name: 'silhouette, arousal', of: (m) => separation(m)?.arousal[0]?.value, better: 1, chance: 0.03 },
  { name: 'silhouette, valence', of: (m) => separation(m)?.valence[0]?.value, better: 1, chance: 0.03 },
];

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
