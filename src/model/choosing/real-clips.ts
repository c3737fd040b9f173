import { type Corners, cornerWeights } from '../emotion/corners.ts';
import { AffettoError } from '../error.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import type { ClipFigures } from './clip-figures.ts';

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
interface RealCorner {
  /** Where the quadrant is asked for. */
  readonly emotion: Emotion;
  /** One for each of LIKENESS, of real clips, as likenessOf says them. */
  readonly likeness: readonly Usual[];
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
      ({ likeness, words, codes }) =>
        likeness?.length === LIKENESS.length && [...likeness, words, codes].every(isUsual),
    );
  if (!fits)
    throw new AffettoError(`${name} does not hold figures that this Affetto knows; fetch the model again`);
  return file;
}

const isUsual = (usual: Usual | undefined): boolean =>
  Number.isFinite(usual?.mean) && Number.isFinite(usual?.deviation) && usual!.deviation > 0;

/** Figures as they are compared. */
export const likenessOf = (figures: Pick<ClipFigures, Likeness>): number[] =>
  LIKENESS.map((name) => scaled(name, figures[name]));

const LEAST = 0.25;
const scaled = (name: Likeness, value: number): number =>
  IN_RATIO.includes(name) ? Math.log(Math.max(LEAST, value)) : value;

/** What is usual for an emotion: of real clips, and of the model's own takes. */
export interface Aim {
  readonly likeness: readonly Usual[];
  readonly words: Usual;
  readonly codes: Usual;
}

/** Between the quadrants' points bilinear, in means and deviations alike. */
export function aimFor({ corners }: ChoosingFile, emotion: Emotion): Aim {
  const shares = cornerWeights(
    corners.map((corner) => corner.emotion) as unknown as Corners<Emotion>,
    emotion,
  );
  const blend = (of: (corner: RealCorner) => Usual): Usual => ({
    mean: shares.reduce((sum, share, i) => sum + share * of(corners[i]).mean, 0),
    deviation: shares.reduce((sum, share, i) => sum + share * of(corners[i]).deviation, 0),
  });
  return {
    likeness: LIKENESS.map((_, i) => blend((corner) => corner.likeness[i])),
    words: blend((corner) => corner.words),
    codes: blend((corner) => corner.codes),
  };
}
