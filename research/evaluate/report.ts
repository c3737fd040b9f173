import type { Asked, Run } from './command-line.ts';
import type { Runs } from './copies.ts';
import type { Gates } from './gates.ts';
import type { HeardClip } from './generation.ts';
import type { Accuracy } from './judge.ts';
import type { MapFigures } from './maps.ts';
import type { ModeFigures } from './modes.ts';
import type { RealFigures } from './real.ts';
import type { ReconstructionFigures } from './reconstruction.ts';
import type { SectionName, Sizes } from './section.ts';
import type { SliderFigures } from './sliders.ts';
import type { SpeedFigures } from './speed.ts';
import { accuracies, type Comparisons, compare, confusion, judgesOf, majorShares } from './summary.ts';
import type { ApartFigures, RealApart } from './told-apart.ts';
import type { TransferFigures } from './transfer.ts';

/** Everything measured of one model; a section that was left out is absent. */
export interface ModelFigures {
  readonly name: string;
  /** As `--models` names it anywhere. */
  readonly entry: string;
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
  readonly toldApart?: ApartFigures;
}

export interface Measured {
  readonly sizes: Sizes;
  readonly seed: number;
  readonly real: RealFigures | null;
  readonly realRuns: Runs;
  readonly realApart: RealApart | null;
  readonly models: readonly ModelFigures[];
  readonly gates: readonly Gates[];
}

/** What becomes of clips once they are summed up. */
export interface ModelSummary extends Omit<ModelFigures, 'generation' | 'maps' | 'entry'> {
  readonly comparisons?: Comparisons;
  readonly accuracies?: Readonly<Record<string, Accuracy>>;
  readonly confusion?: Readonly<Record<string, number[][]>>;
  readonly major?: readonly number[];
  readonly silhouettes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How it was measured. */
  readonly asked?: Asked;
}

export interface Summary {
  readonly sizes: Sizes;
  readonly seed: number;
  readonly real: {
    readonly accuracies: Readonly<Record<string, Accuracy>>;
    readonly major: readonly number[];
    readonly runs: Runs;
    readonly toldApart?: RealApart;
  } | null;
  readonly models: readonly ModelSummary[];
  readonly gates: readonly Gates[];
}

const SECTION_OF: Readonly<Partial<Record<keyof ModelFigures, SectionName>>> = {
  generation: 'generation',
  reconstruction: 'reconstruction',
  transfer: 'transfer',
  modes: 'modes',
  sliders: 'sliders',
  runs: 'copies',
  maps: 'maps',
  toldApart: 'told-apart',
  speed: 'speed',
};

/** Sections of a model that this run measured. */
const sectionsOf = (model: ModelFigures): SectionName[] =>
  Object.entries(SECTION_OF).flatMap(([key, section]) =>
    model[key as keyof ModelFigures] === undefined ? [] : [section],
  );

/** The figures without their single clips: what the tables and the JSON say. */
export function summarize({ real, realRuns, realApart, models, ...rest }: Measured, run: Run): Summary {
  return {
    ...rest,
    real: real && {
      accuracies: accuracies(real.held),
      major: majorShares(real.excerpts),
      runs: realRuns,
      ...(realApart && { toldApart: realApart }),
    },
    models: models.map(({ generation, maps, entry, ...model }) => ({
      ...model,
      asked: { ...run, entry, sections: sectionsOf({ ...model, entry, generation, maps }) },
      ...(generation && {
        comparisons: real ? compare(real.excerpts, generation) : undefined,
        accuracies: accuracies(generation),
        confusion: Object.fromEntries(
          judgesOf(generation).map((judge) => [judge, confusion(generation, judge)]),
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
