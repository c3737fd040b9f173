import { mean, quantile } from '../../src/model/emotion/statistics.ts';
import { ELEMENTS, type Element } from '../../src/model/tokens/vocabulary.ts';
import type { Gates } from './gates.ts';
import { percent } from './markdown.ts';
import type { ModelSummary } from './report.ts';
import { SECOND_JUDGE } from './second-judge.ts';
import { separation } from './separation.ts';
import { AS_REAL } from './targets.ts';
import type { TransferFigures } from './transfer.ts';

/** One figure by which models that differ in a part are compared. */
export interface Measure {
  readonly name: string;
  /** undefined where it was not measured. */
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

export const MUSIC_MEASURES: readonly Measure[] = [
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

export const CODEC_MEASURES: readonly Measure[] = [
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
