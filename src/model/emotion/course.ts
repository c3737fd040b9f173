import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';

/** `course` in config.json of the recogniser; written by training/recogniser_course.py, which says how it was fitted. */
export interface CourseConfig {
  /** Length of the music that a bar's columns come from. */
  readonly windowSeconds: number;
  /** Time constant of the columns' exponential memory. */
  readonly memorySeconds: number;
  /** Least spread of a column within a clip, in units of its usual spread. */
  readonly floor: number;
  /** Time constants of the drift at the start of a piece. */
  readonly settlingSeconds: readonly number[];
  /** Scores of valence and of arousal for one unit of the map's. */
  readonly gain: readonly number[];
  /** The judgement by absolute level that the course is added to. */
  readonly judged: { readonly windowSeconds: number; readonly memorySeconds: number };
}

/** What the course needs of a bar. */
export interface BarColumns {
  readonly features: Float32Array;
  readonly standardised: Float32Array;
  /** The network's outputs for the bar's window. */
  readonly outputs: Float32Array;
}

/**
 * How the emotion moves within a clip: a linear map from what changes in the music to how far a bar's score lies from
 * the clip's. What listeners do at the start of any piece, whatever is played, is no part of it.
 */
export class EmotionCourse {
  readonly #config: CourseConfig;
  readonly #spread: Float32Array;
  readonly #weight: Float32Array;
  readonly #drift: Float32Array;
  readonly #loudness: (features: Float32Array) => number;

  /** Throws an input error when the tensors do not fit the features. */
  constructor(tensors: Tensors, config: CourseConfig, features: readonly string[], outputs: number) {
    this.#config = config;
    this.#spread = tensors.get('features.course');
    this.#weight = tensors.get('course.weight');
    this.#drift = tensors.get('course.drift');
    this.#loudness = loudnessOf(features);
    const width = features.length + 1 + outputs;
    const fits =
      this.#spread.length === width &&
      this.#weight.length === 2 * width &&
      this.#drift.length === 2 * config.settlingSeconds.length;
    if (!fits)
      throw new AffettoError('the recogniser: its course does not fit its features; fetch the model again');
  }

  /**
   * Scores of valence and arousal to add to each bar; their mean over the clip is 0.
   *
   * @param middles of the bars, in seconds from the start of the music
   */
  moved(bars: readonly BarColumns[], middles: readonly number[]): [number, number][] {
    const columns = bars.map((bar) =>
      [...bar.standardised, this.#loudness(bar.features), ...bar.outputs].map((v, j) => v / this.#spread[j]),
    );
    const { memorySeconds, floor, settlingSeconds, gain } = this.#config;
    const inputs = centred(remembered(columns, middles, memorySeconds));
    const scale = spreads(inputs).map((spread) => 1 / Math.sqrt(Math.max(spread, floor)));
    const settling = centred(middles.map((t) => settlingSeconds.map((constant) => Math.exp(-t / constant))));
    return inputs.map((input, bar) => {
      const score = (k: 0 | 1) => {
        let sum = 0;
        for (let j = 0; j < input.length; j++)
          sum += this.#weight[k * input.length + j] * input[j] * scale[j];
        settling[bar].forEach((value, j) => {
          sum -= this.#drift[k * settlingSeconds.length + j] * value;
        });
        return gain[k] * sum;
      };
      return [score(0), score(1)];
    });
  }
}

/** Exponential average over the rows so far. */
export function remembered(
  rows: readonly (readonly number[])[],
  times: readonly number[],
  memorySeconds: number,
): number[][] {
  const out: number[][] = [];
  rows.forEach((row, i) => {
    const before = out[i - 1];
    const keep = before ? Math.exp(-(times[i] - times[i - 1]) / memorySeconds) : 0;
    out.push(row.map((value, j) => (before ? keep * before[j] : 0) + (1 - keep) * value));
  });
  return out;
}

/** Log of the summed squared velocities a second. */
function loudnessOf(names: readonly string[]): (features: Float32Array) => number {
  const [rate, mean, deviation] = ['notesPerSecond', 'velocityMean', 'velocitySd'].map((name) =>
    names.indexOf(name),
  );
  return (features) =>
    Math.log(Math.expm1(features[rate]) * (features[mean] ** 2 + features[deviation] ** 2) + 0.05);
}

function centred(rows: readonly (readonly number[])[]): number[][] {
  const mean = columnMeans(rows);
  return rows.map((row) => row.map((value, j) => value - mean[j]));
}

/** Standard deviation of each column of centred rows. */
const spreads = (rows: readonly (readonly number[])[]): number[] =>
  columnMeans(rows.map((row) => row.map((value) => value * value))).map(Math.sqrt);

function columnMeans(rows: readonly (readonly number[])[]): number[] {
  const sums = new Array<number>(rows[0]?.length ?? 0).fill(0);
  for (const row of rows) for (let j = 0; j < sums.length; j++) sums[j] += row[j] / rows.length;
  return sums;
}
