import { mean, slope } from '../../model/emotion/statistics.ts';
import { heardNotes } from '../../model/evaluation/heard.ts';
import { spearman } from '../../model/evaluation/statistics.ts';
import { findKey } from '../../model/music/key.ts';
import { generateTakes } from './generation.ts';
import type { Section } from './section.ts';

export const STEPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] as const;

/** One slider moved over nine steps with the other at rest, as one judge hears it. */
export interface Sweep {
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
  readonly sweeps: Readonly<Record<string, Readonly<Record<'valence' | 'arousal', Sweep>>>>;
}

interface Take {
  readonly step: number;
  readonly heard: Readonly<Record<string, { valence: number; arousal: number }>>;
  readonly major: boolean;
}

export const sliders: Section<SliderFigures> = {
  name: 'sliders',
  async run(subject, { sizes, settings, seed, judges, signal, show }) {
    const sweep = async (dimension: 'valence' | 'arousal', before: number): Promise<Take[]> => {
      const takes: Take[] = [];
      for (const [i, step] of STEPS.entries()) {
        const emotion = { valence: 0, arousal: 0, [dimension]: step };
        // The same seeds at every step: only the slider moves.
        const made = await generateTakes(subject, emotion, sizes.bars, sizes.takes, {
          ...settings.generate,
          seed: seed + 7000,
          judge: judges[0],
          signal,
        });
        for (const { piece } of made) {
          const notes = heardNotes(piece);
          const heard = Object.fromEntries(judges.map((judge) => [judge.name, judge.hear(notes)]));
          takes.push({ step, heard, major: findKey(notes).mode === 'major' });
        }
        show('sliders', before + i + 1, 2 * STEPS.length);
      }
      return takes;
    };
    const made = { valence: await sweep('valence', 0), arousal: await sweep('arousal', STEPS.length) };
    const sweeps = judges.map(({ name }) => [
      name,
      {
        valence: sweepOf(made.valence, name, 'valence', 'arousal'),
        arousal: sweepOf(made.arousal, name, 'arousal', 'valence'),
      },
    ]);
    return { takes: sizes.takes, sweeps: Object.fromEntries(sweeps) };
  },
};

type Dimension = 'valence' | 'arousal';

function sweepOf(takes: readonly Take[], judge: string, own: Dimension, other: Dimension): Sweep {
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
