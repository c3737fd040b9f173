import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';
import { deviation, mean } from './statistics.ts';
import { isNoteColumn, type NoteColumns } from './trajectory-notes.ts';

/** `course` in config.json of the recogniser; written by training/recogniser/course.py, which says how it was fitted. */
export interface TrajectoryConfig {
  /** Length of the music that a bar's features and outputs come from. */
  readonly windowSeconds: number;
  /** How much music the first bars look ahead to at least, for valence and for arousal. */
  readonly leastSeconds: readonly number[];
  /** What the map reads of a bar, with the time constant of its exponential memory; 0 where it has none. */
  readonly columns: readonly { readonly name: string; readonly memorySeconds: number }[];
  /** Least spread of a column within a clip, in units of its usual spread. */
  readonly floor: number;
  /** How far to either side the course is averaged. */
  readonly smoothingSeconds: number;
  /** Scores of valence and of arousal for one unit of the map's. */
  readonly gain: readonly number[];
  /** How much of the movement is the course's; the rest is the movement of the judgement by absolute level. */
  readonly share: number;
  /** The judgement by absolute level. */
  readonly judged: { readonly windowSeconds: number; readonly memorySeconds: number };
}

/** What the course needs of a bar. */
export interface BarColumns {
  readonly features: Float32Array;
  readonly standardised: Float32Array;
  /** The network's outputs for the bar's window. */
  readonly outputs: Float32Array;
}

/** The network's outputs, in their order. */
const OUTPUT_NAMES = ['oddsValence', 'oddsArousal', 'ratedValence', 'ratedArousal'];

type Column = (bar: BarColumns, notes: NoteColumns, index: number) => number;

/**
 * How the emotion moves within a clip: a linear map from what changes in the music to how far a bar's score lies from
 * the clip's. What listeners do at the start of any piece, whatever is played, is no part of it.
 */
export class EmotionTrajectory {
  readonly #config: TrajectoryConfig;
  readonly #spread: Float32Array;
  readonly #weight: Float32Array;
  readonly #columns: readonly Column[];

  /** Throws an input error when the tensors do not fit the columns, or a column is unknown. */
  constructor(tensors: Tensors, config: TrajectoryConfig, features: readonly string[]) {
    this.#config = config;
    this.#spread = tensors.get('features.course');
    this.#weight = tensors.get('course.weight');
    this.#columns = config.columns.map(({ name }) => columnOf(name, features));
    const width = config.columns.length;
    if (this.#spread.length !== 2 * width || this.#weight.length !== 2 * width)
      throw new AffettoError('the recogniser: its course does not fit its columns; fetch the model again');
  }

  /**
   * Scores of valence and arousal by which each bar lies off the clip; their mean over the clip is 0.
   *
   * @param bars for valence and for arousal
   * @param middles of the bars, in seconds
   */
  moved(
    bars: readonly (readonly BarColumns[])[],
    notes: NoteColumns,
    middles: readonly number[],
  ): [number, number][] {
    const { smoothingSeconds, gain } = this.#config;
    const curve = (k: 0 | 1) => {
      const inputs = this.#inputs(k, bars[k], notes, middles);
      const sums = middles.map((_, bar) =>
        inputs.reduce((sum, input, j) => sum + this.#weight[k * inputs.length + j] * input[bar], 0),
      );
      return centred(smoothed(sums, middles, smoothingSeconds)).map((value) => gain[k] * value);
    };
    const [valence, arousal] = [curve(0), curve(1)];
    return valence.map((value, bar) => [value, arousal[bar]]);
  }

  /** What the map reads for one axis, column by column. */
  #inputs(k: 0 | 1, bars: readonly BarColumns[], notes: NoteColumns, middles: readonly number[]): number[][] {
    const { columns, floor } = this.#config;
    return columns.map(({ memorySeconds }, j) => {
      const spread = this.#spread[k * columns.length + j];
      const raw = bars.map((bar, i) => [this.#columns[j](bar, notes, i) / spread]);
      const kept = memorySeconds > 0 ? remembered(raw, middles, memorySeconds) : raw;
      const values = centred(kept.map(([value]) => value));
      const scale = 1 / Math.sqrt(Math.max(deviation(values), floor));
      return values.map((value) => value * scale);
    });
  }
}

function columnOf(name: string, features: readonly string[]): Column {
  if (isNoteColumn(name)) return (_, notes, index) => notes[name][index];
  if (name === 'loudness') {
    const loudness = loudnessOf(features);
    return (bar) => loudness(bar.features);
  }
  const output = OUTPUT_NAMES.indexOf(name);
  if (output >= 0) return (bar) => bar.outputs[output];
  const feature = features.indexOf(name);
  if (feature < 0)
    throw new AffettoError(`the recogniser: its course needs the unknown '${name}'; fetch the model again`);
  return (bar) => bar.standardised[feature];
}

/** Average over the neighbours in time, by a bell curve; what is more than five times its width away is left out. */
function smoothed(values: readonly number[], times: readonly number[], width: number): number[] {
  let first = 0;
  return times.map((time) => {
    while (times[first] < time - 5 * width) first++;
    let [sum, weights] = [0, 0];
    for (let i = first; i < times.length && times[i] <= time + 5 * width; i++) {
      const weight = Math.exp(-0.5 * ((times[i] - time) / width) ** 2);
      sum += weight * values[i];
      weights += weight;
    }
    return sum / weights;
  });
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

export function centred(values: readonly number[]): number[] {
  const centre = mean(values);
  return values.map((value) => value - centre);
}
