import { heardNotes } from '../../src/model/choosing/heard.ts';
import { mean, slope } from '../../src/model/emotion/statistics.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { findKey } from '../../src/model/music/key.ts';
import { spearman } from '../evaluation/statistics.ts';
import { generateTakes } from './generation.ts';
import { type PlainNote, plainNotes } from './second-judge.ts';
import type { Section } from './section.ts';

export const STEPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] as const;

/** One slider moved over nine steps with the other at rest, as one judge hears it. */
interface Sweep {
  /** Mean heard value at each step, of the slider's dimension and of the other. */
  readonly own: readonly number[];
  readonly other: readonly number[];
  /** Rank correlation of asked and heard: of the means a step, and of single takes. */
  readonly spearman: number;
  readonly spearmanOfTakes: number;
  /** How much the other dimension moves for each unit that the own one moves. */
  readonly drag: number;
  /** Share of takes in major at each step. */
  readonly major: readonly number[];
}

export interface SliderFigures {
  readonly takes: number;
  /** Judge's name -> slider -> sweep. */
  readonly sweeps: Readonly<Record<string, Readonly<Record<Dimension, Sweep>>>>;
}

type Dimension = keyof Emotion;

/** One take of a sweep. */
export interface SliderTake {
  readonly dimension: Dimension;
  readonly step: number;
  readonly heard: Readonly<Record<string, Emotion>>;
  readonly major: boolean;
  readonly notes: readonly PlainNote[];
}

export const sliders: Section<readonly SliderTake[]> = {
  name: 'sliders',
  async run(subject, { sizes, settings, seed, judges, signal, show }) {
    const takes: SliderTake[] = [];
    for (const [round, dimension] of (['valence', 'arousal'] as const).entries())
      for (const [i, step] of STEPS.entries()) {
        const emotion = { valence: 0, arousal: 0, [dimension]: step };
        // The same seeds at every step: only the slider moves.
        const made = await generateTakes(subject, emotion, sizes.bars, sizes.takes, {
          ...settings.generate,
          ...subject.sampling,
          seed: seed + 7000,
          judge: judges[0],
          signal,
        });
        for (const { piece } of made) {
          const notes = heardNotes(piece);
          const heard = Object.fromEntries(judges.map((judge) => [judge.name, judge.hear(notes)]));
          const major = findKey(notes).mode === 'major';
          takes.push({ dimension, step, heard, major, notes: plainNotes(notes) });
        }
        show('sliders', round * STEPS.length + i + 1, 2 * STEPS.length);
      }
    return takes;
  },
};

/** What each judge makes of the sweeps, by the takes that it heard. */
export function sliderFigures(takes: readonly SliderTake[]): SliderFigures {
  const judges = [...new Set(takes.flatMap(({ heard }) => Object.keys(heard)))];
  return {
    takes: takes.length / (2 * STEPS.length),
    sweeps: Object.fromEntries(
      judges.map((judge) => [
        judge,
        {
          valence: sweepOf(takes, judge, 'valence', 'arousal'),
          arousal: sweepOf(takes, judge, 'arousal', 'valence'),
        },
      ]),
    ),
  };
}

function sweepOf(all: readonly SliderTake[], judge: string, own: Dimension, other: Dimension): Sweep {
  const takes = all.filter(({ dimension, heard }) => dimension === own && heard[judge]);
  const at = (step: number) => takes.filter((take) => take.step === step);
  const means = (dimension: Dimension) =>
    STEPS.map((step) => mean(at(step).map((t) => t.heard[judge][dimension])));
  const [ownMeans, otherMeans] = [means(own), means(other)];
  const moved = slope(STEPS, ownMeans);
  return {
    own: ownMeans,
    other: otherMeans,
    spearman: spearman(STEPS, ownMeans),
    spearmanOfTakes: spearman(
      takes.map((take) => take.step),
      takes.map((take) => take.heard[judge][own]),
    ),
    drag: moved === 0 ? 0 : Math.abs(slope(STEPS, otherMeans) / moved),
    major: STEPS.map((step) => mean(at(step).map((take) => (take.major ? 1 : 0)))),
  };
}
