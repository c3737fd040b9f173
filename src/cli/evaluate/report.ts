import type { Runs } from './copies.ts';
import type { Gates } from './gates.ts';
import type { HeardClip } from './generation.ts';
import type { Accuracy } from './judge.ts';
import type { MapFigures } from './maps.ts';
import type { ModeFigures } from './modes.ts';
import type { RealFigures } from './real.ts';
import type { ReconstructionFigures } from './reconstruction.ts';
import type { Sizes } from './section.ts';
import type { SliderFigures } from './sliders.ts';
import type { SpeedFigures } from './speed.ts';
import { accuracies, type Comparisons, compare, confusion, majorShares } from './summary.ts';
import type { TransferFigures } from './transfer.ts';

/** Everything measured of one model; a section that was left out is absent. */
export interface ModelFigures {
  readonly name: string;
  /** Short name of its weights. */
  readonly weights: string;
  /** Candidates of each take. */
  readonly bestOf: number;
  readonly reconstruction?: ReconstructionFigures;
  readonly transfer?: TransferFigures | null;
  readonly generation?: readonly HeardClip[];
  readonly modes?: ModeFigures;
  readonly sliders?: SliderFigures;
  readonly runs?: Runs;
  readonly speed?: SpeedFigures;
  readonly maps?: MapFigures | null;
}

export interface Measured {
  readonly sizes: Sizes;
  readonly seed: number;
  readonly real: RealFigures | null;
  readonly realRuns: Runs;
  readonly models: readonly ModelFigures[];
  readonly gates: readonly Gates[];
}

/** What becomes of clips once they are summed up. */
export interface ModelSummary extends Omit<ModelFigures, 'generation' | 'maps'> {
  readonly comparisons?: Comparisons;
  readonly accuracies?: Readonly<Record<string, Accuracy>>;
  readonly confusion?: Readonly<Record<string, number[][]>>;
  readonly major?: readonly number[];
  readonly silhouettes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Summary {
  readonly sizes: Sizes;
  readonly seed: number;
  readonly real: {
    readonly accuracies: Readonly<Record<string, Accuracy>>;
    readonly major: readonly number[];
    readonly runs: Runs;
  } | null;
  readonly models: readonly ModelSummary[];
  readonly gates: readonly Gates[];
}

/** Adds what an earlier run measured of the same weights, chosen in the same way, and this one did not. */
export function keepEarlier(summary: Summary, earlier: Summary | null): Summary {
  const before = (model: ModelSummary) =>
    earlier?.models.find(
      ({ name, weights, bestOf }) =>
        [name, weights, bestOf].join() === [model.name, model.weights, model.bestOf].join(),
    );
  const measured = (model: ModelSummary) =>
    Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined)) as ModelSummary &
      Record<string, unknown>;
  return {
    ...summary,
    gates: summary.gates.length > 0 ? summary.gates : (earlier?.gates ?? []),
    models: summary.models.map((model) => ({ ...before(model), ...measured(model) })),
  };
}

/** The figures without their single clips: what the tables and the JSON say. */
export function summarize({ real, realRuns, models, ...rest }: Measured): Summary {
  return {
    ...rest,
    real: real && {
      accuracies: accuracies(real.held),
      major: majorShares(real.excerpts),
      runs: realRuns,
    },
    models: models.map(({ generation, maps, ...model }) => ({
      ...model,
      ...(generation && {
        comparisons: real ? compare(real.excerpts, generation) : undefined,
        accuracies: accuracies(generation),
        confusion: Object.fromEntries(
          Object.keys(generation[0]?.heard ?? {}).map((judge) => [judge, confusion(generation, judge)]),
        ),
        major: majorShares(generation),
      }),
      ...(maps && {
        silhouettes: Object.fromEntries(
          Object.entries(maps).map(([element, map]) => [element, map.silhouettes]),
        ),
      }),
    })),
  };
}
