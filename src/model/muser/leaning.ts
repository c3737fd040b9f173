import { type Corners, cornerWeights } from '../emotion/corners.ts';
import { AffettoError } from '../error.ts';
import { smallest } from '../lists.ts';
import type { BookSpec } from '../weights/config.ts';
import { type Bend, bentEmotion } from './bend.ts';
import type { Emotion } from './emotion-embedding.ts';

/**
 * What codes are told apart by: notes a beat, their length, lowest and highest pitch, loudness, how minor they sound, pitch
 * classes a beat, and how much lies outside the scale.
 */
export const AXES = ['density', 'length', 'low', 'high', 'touch', 'minor', 'variety', 'colour'] as const;
export type Axis = (typeof AXES)[number];

/**
 * What else is leant to, in logits. `returns`: bars that return. `keep`: to go no lower or higher than the music has been (a
 * standard deviation beyond that). `scale`: to bring what is missing of the scale, and nothing new from outside it.
 */
export const HABITS = ['returns', 'keep', 'scale'] as const;

/** How strongly to lean: along each axis, in logits a standard deviation; and to habits, none where it is left out. */
export type Leans = Readonly<Record<Axis, number>> &
  Readonly<Partial<Record<(typeof HABITS)[number], number>>>;

/** What sets a take apart from others of the same emotion: how far it lies from the usual along each axis and in each habit, in deviations. */
export type Character = Required<Leans>;

/** How low and how high music has been, where its codes lie on the axes. */
export type Reach = Readonly<Record<'low' | 'high', number>>;

/** The file of a model folder that says what it leans to; a model without one leans to nothing. */
export const LEANING_FILE = 'leaning.json';

interface LeaningCorner {
  readonly emotion: Emotion;
  readonly leans: Leans;
  /** How widely takes differ in it, as a standard deviation of the strength; an axis left out is the same in all. */
  readonly spread?: Partial<Leans>;
  /** Added in music without an end: it is not chosen from several, and choosing takes some of what the strengths above give. */
  readonly endless?: Partial<Leans>;
}

/** leaning.json of a model. */
export interface LeaningFile {
  /** The book of each axis, and where each of its codes lies on it: in standard deviations over the training beats. */
  readonly axes: Readonly<Record<Axis, { readonly book: string; readonly values: readonly number[] }>>;
  /** One a quadrant, at the point where it is asked for. */
  readonly corners: Corners<LeaningCorner>;
  /** What is heard in place of what is asked; absent: just that. */
  readonly bend?: Bend;
}

/**
 * What the choice of codes leans to for an emotion: logits are tilted so that the music is as dense, long-held, wide and
 * loud as real music of that emotion, which sampling alone misses.
 */
export class Leaning {
  private readonly file: LeaningFile;
  private readonly books: readonly string[];
  /** The corners as the networks hear them. */
  private readonly points: Corners<Emotion>;

  /** Throws an input error where the file does not fit the books. */
  constructor(file: LeaningFile, books: readonly BookSpec[]) {
    this.file = file;
    this.books = books.map((book) => book.name);
    for (const axis of AXES) {
      const { book, values } = file.axes?.[axis] ?? {};
      const size = books.find(({ name }) => name === book)?.size;
      if (size === undefined || values?.length !== size)
        throw new AffettoError(
          `leaning.json does not fit the model's books (${axis}); fetch the model again`,
        );
    }
    if (file.corners?.length !== 4)
      throw new AffettoError('leaning.json lacks its four corners; fetch the model again');
    this.points = file.corners.map(({ emotion }) =>
      file.bend ? bentEmotion(emotion, file.bend) : emotion,
    ) as unknown as Corners<Emotion>;
  }

  get bend(): Bend | null {
    return this.file.bend ?? null;
  }

  /** The book that says how many notes a beat has, and whether a code of it stands for none. */
  get emptiness(): { readonly book: number; readonly isEmpty: (code: number) => boolean } {
    const { book, values } = this.file.axes.density;
    const least = smallest(values);
    return { book: this.books.indexOf(book), isEmpty: (code) => values[code] <= least + AS_EMPTY };
  }

  /**
   * To be added to the logits of a book; null where there is nothing to add.
   * @param emotion as the networks hear it
   * @param mode 0 unknown, 1 major, 2 minor
   * @param character of the take; null for music without an end, which has none of its own
   * @param reach of the music so far; null where it may go anywhere
   */
  of(
    book: number,
    emotion: Emotion,
    mode: number,
    character: Character | null = null,
    reach: Reach | null = null,
  ): Float32Array | null {
    const { axes } = this.file;
    const shares = cornerWeights(this.points, emotion);
    let lean: Float32Array | null = null;
    for (const axis of AXES) {
      const { book: own, values } = axes[axis];
      if (own !== this.books[book] || (axis === 'minor' && mode !== MINOR)) continue;
      const strength = this.strength(axis, shares, character);
      const far = axis === 'low' || axis === 'high' ? reach?.[axis] : undefined;
      const keep = far === undefined ? 0 : Math.max(0, this.strength('keep', shares, character));
      if (strength === 0 && keep === 0) continue;
      lean ??= new Float32Array(values.length);
      for (let code = 0; code < values.length; code++)
        lean[code] += strength * values[code] - keep * Math.max(0, values[code] - (far ?? 0));
    }
    return lean;
  }

  /** What some codes, one a book, add to the reach of the music before. */
  reachWith(codes: readonly number[], before: Reach | null): Reach {
    const at = (axis: 'low' | 'high'): number => {
      const { book, values } = this.file.axes[axis];
      const own = values[codes[this.books.indexOf(book)]];
      return before ? Math.max(before[axis], own) : own;
    };
    return { low: at('low'), high: at('high') };
  }

  /** How strongly to lean to a habit; `emotion` and `character` as above. */
  ofHabit(habit: (typeof HABITS)[number], emotion: Emotion, character: Character | null = null): number {
    return this.strength(habit, cornerWeights(this.points, emotion), character);
  }

  private strength(trait: keyof Leans, shares: readonly number[], character: Character | null): number {
    return shares.reduce((sum, share, i) => {
      const { leans, spread, endless } = this.file.corners[i];
      const own = character ? (spread?.[trait] ?? 0) * character[trait] : (endless?.[trait] ?? 0);
      return sum + share * ((leans[trait] ?? 0) + own);
    }, 0);
  }
}

const MINOR = 2;
/** Codes so near the emptiest one stand for beats without notes, too. */
const AS_EMPTY = 0.1;

/** What a model leans to, from the bytes of its leaning.json; null where it has none. */
export function readLeaning(bytes: Uint8Array | null, books: readonly BookSpec[]): Leaning | null {
  if (!bytes) return null;
  let file: LeaningFile;
  try {
    file = JSON.parse(new TextDecoder().decode(bytes)) as LeaningFile;
  } catch (cause) {
    throw new AffettoError(`${LEANING_FILE} is damaged; fetch the model again`, 'input', { cause });
  }
  return new Leaning(file, books);
}
