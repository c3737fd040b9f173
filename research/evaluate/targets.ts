import { TREES } from './apart-judge.ts';
import { bold, show, table } from './markdown.ts';
import type { ModelSummary } from './report.ts';
import { likelihoodFall, ownMovement, worstOther } from './tables-codec.ts';
import { SWAPPED, type TransferFigures } from './transfer.ts';

/** What the shipped model has to show. */
export interface Target {
  readonly what: string;
  /** Where it is worst. */
  readonly worst?: string;
  readonly value: number;
  readonly least?: number;
  readonly most?: number;
}

/** Measures of the paper, to be as in real clips of each quadrant. */
export const AS_REAL = ['PR', 'NPC', 'POLY', 'BPR', 'BNPC', 'BPOLY'] as const;

export const met = ({ value, least, most }: Target): boolean =>
  (least === undefined || value >= least) && (most === undefined || value <= most);

/** Targets of one model for which there are figures. */
export function targetsOf(model: ModelSummary): Target[] {
  return [...codecTargets(model), ...musicTargets(model), ...apartTargets(model)];
}

function codecTargets({ reconstruction, transfer }: ModelSummary): Target[] {
  const targets: Target[] = [];
  const followed = reconstruction?.emopia ?? reconstruction?.pop1k7;
  if (followed)
    for (const [name, least] of [
      ['count', 0.9],
      ['duration', 0.9],
      ['velocity', 0.9],
      ['pitch', 0.8],
    ] as const)
      targets.push({ what: `reconstruction, ${name} a beat`, value: followed.correlation[name], least });
  if (transfer) targets.push(...transferTargets(transfer));
  return targets;
}

function transferTargets({ free, likelihood }: TransferFigures): Target[] {
  const targets: Target[] = [];
  for (const own of SWAPPED.filter((swapped) => swapped !== 'tempo')) {
    const moves = free[own];
    if (!moves) continue;
    const what = `transfer of ${own}`;
    targets.push({ what: `${what}, own movement`, value: ownMovement(moves, own), least: 0.8 });
    const [worst, value] = worstOther(moves, own);
    targets.push({ what: `${what}, worst other`, worst, value: Math.abs(value), most: 0.15 });
    const fall = likelihood && likelihoodFall(likelihood, 'kept', own);
    if (fall !== undefined) targets.push({ what: `${what}, fall of own likelihood`, value: fall, most: 0.1 });
  }
  return targets;
}

function musicTargets({ accuracies, comparisons, modes, sliders, speed, major }: ModelSummary): Target[] {
  const targets: Target[] = [];
  for (const [judge, { fourQ, arousal, valence }] of Object.entries(accuracies ?? {}))
    targets.push(
      { what: `generated, 4Q (${judge})`, value: fourQ, least: 0.75 },
      { what: `generated, arousal (${judge})`, value: arousal, least: 0.95 },
      { what: `generated, valence (${judge})`, value: valence, least: 0.8 },
    );
  for (const figure of ['notesPerBar', 'duration', 'repetition'] as const) {
    const rows = Object.entries(comparisons ?? {}).map(([q, row]) => [q, Math.abs(row[figure].off)] as const);
    if (rows.length === 0) continue;
    const [quadrant, value] = rows.reduce((a, b) => (b[1] > a[1] ? b : a));
    targets.push({ what: `${figure} off from real, worst`, worst: quadrant, value, most: 0.2 });
  }
  for (const figure of AS_REAL) {
    const rows = Object.entries(comparisons ?? {}).map(([q, row]) => ({ q, ...row[figure] }));
    if (rows.length === 0) continue;
    const furthest = rows.reduce((a, b) => (Math.abs(b.off) > Math.abs(a.off) ? b : a));
    const least = rows.reduce((a, b) => (b.overlap < a.overlap ? b : a));
    targets.push(
      {
        what: `${figure} off from real, worst`,
        worst: furthest.q,
        value: Math.abs(furthest.off),
        most: 0.05,
      },
      { what: `${figure} overlap with real, worst`, worst: least.q, value: least.overlap, least: 0.85 },
    );
  }
  for (const [judge, sweeps] of Object.entries(sliders?.sweeps ?? {}))
    for (const [dimension, { spearman, drag }] of Object.entries(sweeps))
      targets.push(
        { what: `${dimension} slider, Spearman (${judge})`, value: spearman, least: 0.95 },
        { what: `${dimension} slider, drag on the other (${judge})`, value: drag, most: 0.2 },
      );
  const ends = Object.values(sliders?.sweeps ?? {}).flatMap(({ valence }) => [
    valence.major[0],
    valence.major.at(-1)!,
  ]);
  const [low, high] = modes ? [modes.lowest, modes.highest] : ends;
  if (high !== undefined)
    targets.push(
      { what: 'share in major at valence +1', value: high, least: 0.9 },
      { what: 'share in major at valence -1', value: low, most: 0.15 },
    );
  else if (major)
    targets.push({ what: 'share in major, Q1 and Q4', value: (major[0] + major[3]) / 2, least: 0.7 });
  if (speed) targets.push({ what: 'music for a second of computing (s)', value: speed.realTime, least: 1 });
  return targets;
}

/** Areas under the curve of the judges that tell what is made from what is played; .5 is not at all. */
function apartTargets({ toldApart }: ModelSummary): Target[] {
  if (!toldApart) return [];
  const { takes, codes } = toldApart;
  const groups = TREES.filter((tree) => tree !== 'all');
  const worst = groups.reduce((a, b) => (takes.trees[b].auc > takes.trees[a].auc ? b : a));
  const most = (what: string, value: number, bound: number): Target => ({ what, value, most: bound });
  return [
    most('takes told from real clips (trees)', takes.trees.all.auc, 0.75),
    most('takes told from real clips (network)', takes.network.auc, 0.75),
    { ...most('takes told from real clips by a group', takes.trees[worst].auc, 0.7), worst },
    ...(codes ? [most('decoded codes told from real clips (trees)', codes.trees.all.auc, 0.65)] : []),
  ];
}

const boundOf = ({ least, most }: Target): string =>
  least !== undefined ? `at least ${least}` : `at most ${most}`;

/** A row a target, a column a model; bold = missed, a dash = not measured. */
export function targetTable(models: readonly ModelSummary[]): string {
  const columns = models.map((model) => new Map(targetsOf(model).map((target) => [target.what, target])));
  const named = new Map(columns.flatMap((column) => [...column]));
  const cell = (target: Target | undefined) =>
    target
      ? bold(show(target.value), !met(target)) + (target.worst ? ` (${target.worst})` : '')
      : show(undefined);
  return table(
    ['bold = missed', 'target', ...models.map(({ name }) => name)],
    [...named].map(([what, target]) => [
      what,
      boundOf(target),
      ...columns.map((column) => cell(column.get(what))),
    ]),
  );
}
