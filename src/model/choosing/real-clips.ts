import { type Corners, cornerWeights } from '../emotion/corners.ts';
import { AffettoError } from '../error.ts';
import type { ClipFigures } from '../evaluation/clip-figures.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import type { Random } from '../muser/random.ts';

/** Figures by which takes are compared with real clips. */
export const LIKENESS = [
  'notesPerBar',
  'duration',
  'PR',
  'BPR',
  'NPC',
  'BNPC',
  'POLY',
  'velocity',
  'repetition',
] as const;
export type Likeness = (typeof LIKENESS)[number];

/** Spread widely upwards: compared by their logarithms. */
const IN_RATIO: readonly Likeness[] = ['notesPerBar', 'duration', 'POLY'];

export interface Usual {
  readonly mean: number;
  readonly deviation: number;
}

/** One quadrant of choosing.json. */
export interface RealCorner {
  /** Where the quadrant is asked for. */
  readonly emotion: Emotion;
  /** A row of LIKENESS each, of real clips. */
  readonly clips: readonly (readonly number[])[];
  /** Log probability (nats) a word and a beat of codes, in the model's own takes. */
  readonly words: Usual;
  readonly codes: Usual;
}

/** choosing.json of a model: what takes are compared with. */
export interface ChoosingFile {
  readonly figures: readonly string[];
  readonly corners: Corners<RealCorner>;
}

/** Throws an input error unless it is one of these figures. */
export function checkChoosing(file: ChoosingFile, name: string): ChoosingFile {
  const fits =
    file?.figures?.join() === LIKENESS.join() &&
    file.corners?.length === 4 &&
    file.corners.every(
      ({ clips }) => clips.length > 1 && clips.every((row) => row.length === LIKENESS.length),
    );
  if (!fits)
    throw new AffettoError(`${name} does not hold figures that this Affetto knows; fetch the model again`);
  return file;
}

/** Figures as they are compared. */
export const likenessOf = (figures: Pick<ClipFigures, Likeness>): number[] =>
  LIKENESS.map((name) => scaled(name, figures[name]));

const LEAST = 0.25;
const scaled = (name: Likeness, value: number): number =>
  IN_RATIO.includes(name) ? Math.log(Math.max(LEAST, value)) : value;

/** What a take is held against: one real clip of the emotion, and how widely such clips differ. */
export interface Aim {
  readonly likeness: readonly number[];
  readonly deviations: readonly number[];
  readonly words: Usual;
  readonly codes: Usual;
}

/**
 * Draws a real clip for a take to be like, so that takes differ from one another as real clips do.
 */
export function drawAim({ corners }: ChoosingFile, emotion: Emotion, random: Random): Aim {
  const weights = cornerWeights(
    corners.map((corner) => corner.emotion) as unknown as Corners<Emotion>,
    emotion,
  );
  let left = random.next();
  const quadrant = Math.max(
    0,
    weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    }),
  );
  const { clips, words, codes } = corners[quadrant];
  const rows = clips.map((row) => row.map((value, i) => scaled(LIKENESS[i], value)));
  const row = rows[Math.floor(random.next() * rows.length)];
  return {
    likeness: row,
    deviations: LIKENESS.map((_, i) => deviation(rows.map((r) => r[i]))),
    words,
    codes,
  };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
