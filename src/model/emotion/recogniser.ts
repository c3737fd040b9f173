import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';
import { emotionFeatureNames, emotionFeatures } from './features.ts';
import { firstFrom, type HeardNote } from './heard-note.ts';
import { type HeardWindow, HeardWindows } from './heard-windows.ts';
import { RecogniserNetwork } from './recogniser-network.ts';
import {
  type BarColumns,
  centred,
  EmotionTrajectory,
  remembered,
  type TrajectoryConfig,
} from './trajectory.ts';
import { noteColumns } from './trajectory-notes.ts';

export type Quadrant = 'Q1' | 'Q2' | 'Q3' | 'Q4';

/** What was heard. Valence and arousal in -1..1; 0 is the border between EMOPIA's quadrants. */
export interface Emotion {
  readonly valence: number;
  readonly arousal: number;
  readonly quadrant: Quadrant;
  readonly probabilities: {
    /** That a listener of EMOPIA's kind calls it positive, excited. */
    readonly valence: number;
    readonly arousal: number;
    readonly quadrants: Readonly<Record<Quadrant, number>>;
  };
}

/** How the outputs for valence and for arousal (in this order) become one number each; fitted in training/recogniser/train.py. */
interface Mix {
  readonly slope: readonly number[];
  readonly neutral: readonly number[];
  readonly gain: readonly number[];
  readonly share: readonly number[];
}

/** config.json of the recogniser. */
export interface RecogniserConfig {
  readonly features: readonly string[];
  readonly clip: number;
  readonly members: number;
  readonly mix: Mix;
  readonly course: TrajectoryConfig;
}

/** A bar's windows end this long after its middle: listeners follow, late. */
const AFTER_SECONDS = 2;
/** Fewer notes than this say nothing. */
const FEWEST_NOTES = 4;

/**
 * Hears valence and arousal in timed notes: raw performances, generated clips, windows of either. Hand-made features, an
 * ensemble of small networks that learned EMOPIA's quadrants and VGMIDI's ratings side by side.
 */
export class EmotionRecogniser {
  readonly #network: RecogniserNetwork;
  readonly #mix: Mix;
  readonly #trajectory: EmotionTrajectory;
  readonly #judged: TrajectoryConfig['judged'];
  readonly #windowSeconds: number;
  readonly #leastSeconds: TrajectoryConfig['leastSeconds'];
  readonly #share: number;
  readonly #windows = new HeardWindows();

  constructor(network: RecogniserNetwork, mix: Mix, course: EmotionTrajectory, config: TrajectoryConfig) {
    this.#network = network;
    this.#mix = mix;
    this.#trajectory = course;
    this.#judged = config.judged;
    this.#windowSeconds = config.windowSeconds;
    this.#leastSeconds = config.leastSeconds;
    this.#share = config.share;
  }

  /** Throws an input error when config and tensors are not those of a recogniser of these features. */
  static fromWeights(config: unknown, tensors: Tensors): EmotionRecogniser {
    if (!isConfig(config))
      throw new AffettoError(
        'the recogniser: its config.json lacks features, members or mix; fetch the model again',
      );
    const names = emotionFeatureNames();
    const unlike = names.findIndex((name, i) => config.features[i] !== name);
    if (unlike >= 0 || config.features.length !== names.length)
      throw new AffettoError(
        `the recogniser: its weights know other features (${config.features[unlike] ?? config.features.length} for ${names[unlike] ?? names.length}); fetch the model again`,
      );
    const course = new EmotionTrajectory(tensors, config.course, config.features);
    return new EmotionRecogniser(new RecogniserNetwork(tensors, config), config.mix, course, config.course);
  }

  /**
   * The emotion of the notes that start in [fromSeconds, toSeconds); of all of them by default.
   *
   * @param notes sorted by start; never changed in place, as what was heard of them is remembered
   */
  recognise(notes: readonly HeardNote[], fromSeconds?: number, toSeconds?: number): Emotion {
    return this.#emotion(this.#scores(notes, fromSeconds, toSeconds));
  }

  /**
   * The course of the emotion, bar by bar: each bar with the music that led to it, around what is heard of the whole.
   *
   * @param notes sorted by start
   * @param barTimes start of each bar and the end of the last, in seconds
   */
  perBar(notes: readonly HeardNote[], barTimes: readonly number[]): { valence: number; arousal: number }[] {
    const whole = this.#scores(notes);
    const middles = barTimes.slice(1).map((end, bar) => (barTimes[bar] + end) / 2);
    const judged = middles.map((middle) => {
      const window = trajectoryWindow(notes, middle, this.#judged.windowSeconds, 0);
      return countBetween(notes, ...window) < FEWEST_NOTES ? whole : this.#scores(notes, ...window);
    });
    const levels = remembered(judged, middles, this.#judged.memorySeconds);
    const heard = this.#leastSeconds.map((least) =>
      middles.map((middle) =>
        this.#columns(notes, ...trajectoryWindow(notes, middle, this.#windowSeconds, least)),
      ),
    );
    const moved = this.#trajectory.moved(heard, noteColumns(notes, middles), middles);
    const meter = ([0, 1] as const).map((k) => {
      const own = levels.map((level) => level[k]);
      return centred(own).map(
        (value, bar) => whole[k] + (1 - this.#share) * value + this.#share * moved[bar][k],
      );
    });
    return middles.map((_, bar) => {
      const { valence, arousal } = this.#emotion([meter[0][bar], meter[1][bar]]);
      return { valence, arousal };
    });
  }

  #columns(notes: readonly HeardNote[], from: number, to: number): BarColumns {
    const heard = this.#hear(notes, from, to);
    return { ...heard, standardised: this.#network.standardise(heard.features) };
  }

  /** Scores of valence and arousal of the notes that start in [from, to): log odds by EMOPIA's sign and the rating by VGMIDI's listeners, on one scale. */
  #scores(notes: readonly HeardNote[], from?: number, to?: number): [number, number] {
    if (notes.length === 0) return [0, 0];
    const out = this.#hear(notes, from, to).outputs;
    const score = (k: 0 | 1) => {
      const { slope, neutral, share } = this.#mix;
      return (1 - share[k]) * out[k] + share[k] * slope[k] * (out[2 + k] - neutral[k]);
    };
    return [score(0), score(1)];
  }

  #hear(notes: readonly HeardNote[], from?: number, to?: number): HeardWindow {
    return this.#windows.of(notes, from, to, () => {
      const features = emotionFeatures(notes, from, to);
      return { features, outputs: this.#network.apply(features) };
    });
  }

  #emotion([v, a]: readonly [number, number]): Emotion {
    const valence = Math.tanh(this.#mix.gain[0] * v);
    const arousal = Math.tanh(this.#mix.gain[1] * a);
    const positive = sigmoid(v);
    const excited = sigmoid(a);
    return {
      valence,
      arousal,
      quadrant: quadrantOf(valence, arousal),
      probabilities: {
        valence: positive,
        arousal: excited,
        quadrants: {
          Q1: positive * excited,
          Q2: (1 - positive) * excited,
          Q3: (1 - positive) * (1 - excited),
          Q4: positive * (1 - excited),
        },
      },
    };
  }
}

/** The music that a bar's columns come from: `seconds` of it, where as much has been played, but no less than `least`. */
export function trajectoryWindow(
  notes: readonly HeardNote[],
  middle: number,
  seconds: number,
  least: number,
): [from: number, to: number] {
  const to = Math.max(middle + AFTER_SECONDS, (notes[0]?.startSeconds ?? 0) + least);
  return [to - seconds, to];
}

/** Russell's quadrants as EMOPIA numbers them; the axes themselves belong to the positive and excited side. */
export function quadrantOf(valence: number, arousal: number): Quadrant {
  if (arousal >= 0) return valence >= 0 ? 'Q1' : 'Q2';
  return valence >= 0 ? 'Q4' : 'Q3';
}

/** Notes that start in [from, to). */
const countBetween = (notes: readonly HeardNote[], from: number, to: number): number =>
  firstFrom(notes, to) - firstFrom(notes, from);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const pair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);

function isConfig(config: unknown): config is RecogniserConfig {
  if (typeof config !== 'object' || config === null) return false;
  const { features, clip, members, mix, course } = config as Partial<RecogniserConfig>;
  return (
    Array.isArray(features) &&
    typeof clip === 'number' &&
    typeof members === 'number' &&
    typeof mix === 'object' &&
    mix !== null &&
    pair(mix.slope) &&
    pair(mix.neutral) &&
    pair(mix.gain) &&
    pair(mix.share) &&
    isTrajectory(course)
  );
}

function isTrajectory(course: TrajectoryConfig | undefined): boolean {
  const numbers = (...values: unknown[]) => values.every((value) => Number.isFinite(value));
  return (
    typeof course === 'object' &&
    typeof course.judged === 'object' &&
    numbers(course.windowSeconds, course.floor, course.smoothingSeconds, course.share) &&
    numbers(course.judged.windowSeconds, course.judged.memorySeconds) &&
    Array.isArray(course.columns) &&
    course.columns.every((column) => typeof column.name === 'string' && numbers(column.memorySeconds)) &&
    pair(course.leastSeconds) &&
    pair(course.gain)
  );
}
