import { CLIP_FIGURES, type ClipFigure } from '../../src/model/choosing/clip-figures.ts';
import { mean } from '../../src/model/emotion/statistics.ts';
import { overlap, sampleDeviation } from '../evaluation/statistics.ts';
import type { HeardClip } from './generation.ts';
import { type Accuracy, accuracyOf } from './judge.ts';
import { emotionOfQuadrant, QUADRANTS } from './quadrants.ts';

/** One figure of one quadrant, generated beside real. */
interface Comparison {
  readonly real: number;
  readonly realDeviation: number;
  readonly made: number;
  readonly madeDeviation: number;
  /** made / real - 1. */
  readonly off: number;
  /** Shared area of the two distributions. */
  readonly overlap: number;
}

/** 'Q1' … 'Q4' -> figure -> comparison. */
export type Comparisons = Readonly<Record<string, Readonly<Record<ClipFigure, Comparison>>>>;

export function compare(real: readonly HeardClip[], made: readonly HeardClip[]): Comparisons {
  return Object.fromEntries(
    QUADRANTS.map((quadrant) => {
      const values = (clips: readonly HeardClip[], figure: ClipFigure) =>
        clips.filter((clip) => clip.quadrant === quadrant).map((clip) => clip.figures[figure]);
      const row = CLIP_FIGURES.map((figure) => [
        figure,
        comparison(values(real, figure), values(made, figure)),
      ]);
      return [`Q${quadrant}`, Object.fromEntries(row)];
    }),
  );
}

function comparison(real: readonly number[], made: readonly number[]): Comparison {
  const [r, m] = [mean(real), mean(made)];
  return {
    real: r,
    realDeviation: sampleDeviation(real),
    made: m,
    madeDeviation: sampleDeviation(made),
    off: r === 0 ? 0 : m / r - 1,
    overlap: overlap(real, made),
  };
}

/** Judge -> how often it hears what was asked (of real clips: what they are labelled). */
export function accuracies(clips: readonly HeardClip[]): Record<string, Accuracy> {
  return Object.fromEntries(
    judgesOf(clips).map((judge) => [
      judge,
      accuracyOf(
        heardBy(clips, judge).map(({ quadrant, heard }) => ({
          asked: emotionOfQuadrant(quadrant),
          heard: heard[judge],
        })),
      ),
    ]),
  );
}

/** Everyone who heard any of the clips. */
export const judgesOf = (clips: readonly HeardClip[]): string[] => [
  ...new Set(clips.flatMap(({ heard }) => Object.keys(heard))),
];

/** Clips that a judge heard: some are too short for some. */
const heardBy = (clips: readonly HeardClip[], judge: string) => clips.filter(({ heard }) => heard[judge]);

/** Judge -> asked quadrant -> share heard in each quadrant. */
export function confusion(clips: readonly HeardClip[], judge: string): number[][] {
  return QUADRANTS.map((asked) => {
    const rows = heardBy(clips, judge).filter((clip) => clip.quadrant === asked);
    return QUADRANTS.map((quadrant) => {
      const point = emotionOfQuadrant(quadrant);
      const inside = rows.filter(({ heard }) => {
        const { valence, arousal } = heard[judge];
        return valence > 0 === point.valence > 0 && arousal > 0 === point.arousal > 0;
      });
      return inside.length / Math.max(1, rows.length);
    });
  });
}

/** Share of clips that sound in major, a quadrant. */
export const majorShares = (clips: readonly HeardClip[]): number[] =>
  QUADRANTS.map((quadrant) =>
    mean(clips.filter((clip) => clip.quadrant === quadrant).map((clip) => (clip.figures.major ? 1 : 0))),
  );
