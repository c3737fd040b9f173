import { correlation } from '../../src/model/emotion/statistics.ts';
import type { Axis, LeaningFile } from '../../src/model/muser/leaning.ts';
import type { Muser } from '../../src/model/muser/muser.ts';
import { KEY_PROFILES } from '../../src/model/music/key.ts';
import { beatPointers } from '../../src/model/tokens/bars.ts';
import {
  DURATION,
  DURATION_STEPS,
  PITCH,
  PITCH_BASE,
  TYPE,
  TYPE_NOTE,
  VELOCITY,
  velocityOfValue,
  WORD_WIDTH,
  type Words,
} from '../../src/model/tokens/vocabulary.ts';

/** The book whose codes lie on each axis. */
const BOOK_OF: Readonly<Record<Axis, string>> = {
  density: 'type',
  length: 'duration',
  low: 'pitchBass',
  high: 'pitchTop',
  touch: 'velocity',
  minor: 'pitchClasses',
  variety: 'pitchClasses',
  colour: 'pitchClasses',
};

/** Sums over the beats that a code stood for. */
interface Sums {
  beats: number;
  /** Beats that have notes; the sums below are over these. */
  played: number;
  notes: number;
  length: number;
  low: number;
  high: number;
  velocity: number;
  /** Pitch classes that begin in the beat. */
  kinds: number;
  /** Share of each pitch class in the time that notes sound, from the tonic up. */
  readonly classes: Float64Array;
}

/** Where each code lies on each axis, over all beats of some pieces (tonic at C). */
export async function codeAxes(
  muser: Muser,
  pieces: readonly Words[],
  onPiece: (done: number) => void,
): Promise<LeaningFile['axes']> {
  const { books } = muser.config;
  const sums = books.map(({ size }) => Array.from({ length: size }, empty));
  for (const [i, words] of pieces.entries()) {
    const beats = beatsOf(words);
    (await muser.encode(words)).forEach((codes, beat) => {
      codes.forEach((code, book) => {
        add(sums[book][code], beats[beat] ?? empty());
      });
    });
    onPiece(i + 1);
  }
  const axis = (name: Axis) => {
    const book = BOOK_OF[name];
    return { book, values: standardised(name, sums[books.findIndex((b) => b.name === book)]) };
  };
  return {
    density: axis('density'),
    length: axis('length'),
    low: axis('low'),
    high: axis('high'),
    touch: axis('touch'),
    minor: axis('minor'),
    variety: axis('variety'),
    colour: axis('colour'),
  };
}

const empty = (): Sums => ({
  beats: 0,
  played: 0,
  notes: 0,
  length: 0,
  low: 0,
  high: 0,
  velocity: 0,
  kinds: 0,
  classes: new Float64Array(12),
});

/** One beat each: means over its notes. */
function beatsOf(words: Words): Sums[] {
  const pointers = beatPointers(words);
  const beats: Sums[] = [];
  for (let i = 0; i * WORD_WIDTH < words.length; i++) {
    const word = words.subarray(i * WORD_WIDTH, (i + 1) * WORD_WIDTH);
    const at = pointers[i + 1];
    beats[at] ??= { ...empty(), beats: 1 };
    const beat = beats[at];
    if (word[TYPE] !== TYPE_NOTE) continue;
    const pitch = word[PITCH] + PITCH_BASE;
    const steps = DURATION_STEPS[word[DURATION]];
    beat.low = beat.notes === 0 ? pitch : Math.min(beat.low, pitch);
    beat.high = Math.max(beat.high, pitch);
    beat.played = 1;
    beat.notes++;
    beat.length += steps;
    beat.velocity += velocityOfValue(word[VELOCITY]);
    beat.classes[pitch % 12] += steps;
  }
  for (const beat of beats.filter(({ played }) => played > 0)) {
    const sounding = beat.classes.reduce((sum, steps) => sum + steps, 0);
    beat.classes.forEach((steps, i) => {
      beat.classes[i] = steps / sounding;
    });
    beat.kinds = beat.classes.reduce((kinds, share) => kinds + (share > 0 ? 1 : 0), 0);
    beat.length /= beat.notes;
    beat.velocity /= beat.notes;
  }
  return beats;
}

function add(sums: Sums, beat: Sums): void {
  for (const name of ['beats', 'played', 'notes', 'length', 'low', 'high', 'velocity', 'kinds'] as const)
    sums[name] += beat[name];
  beat.classes.forEach((share, i) => {
    sums.classes[i] += share;
  });
}

const VALUE_OF: Readonly<Record<Axis, (sums: Sums) => number>> = {
  density: ({ notes, beats }) => notes / beats,
  length: ({ length, played }) => length / played,
  low: ({ low, played }) => -low / played,
  high: ({ high, played }) => high / played,
  touch: ({ velocity, played }) => velocity / played,
  minor: ({ classes }) => minorness([...classes]),
  variety: ({ kinds, played }) => kinds / played,
  colour: ({ classes, played }) =>
    Math.log(FAINT + Math.min(...SCALES.map((scale) => outside(classes, scale))) / played),
};

/** A share of what sounds below which notes outside the scale are chance. */
const FAINT = 0.01;

/** From the tonic up: major and natural minor. */
const SCALES = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
];

/** What sounds beside the notes of a scale. */
const outside = (classes: Float64Array, scale: readonly number[]): number =>
  classes.reduce((sum, share, pitchClass) => sum + (scale.includes(pitchClass) ? 0 : share), 0);

/** Fewer notes a beat than this stand for silence: such codes say nothing of how notes are played. */
const SILENT = 0.5;

/** In standard deviations over the beats; 0 for codes that are never used or stand for silence. */
function standardised(axis: Axis, codes: readonly Sums[]): number[] {
  const says = ({ beats, notes }: Sums) => beats > 0 && (axis === 'density' || notes / beats > SILENT);
  const values = codes.map((sums) => (says(sums) ? VALUE_OF[axis](sums) : null));
  let [weight, mean, square] = [0, 0, 0];
  codes.forEach(({ beats }, i) => {
    const value = values[i];
    if (value === null) return;
    weight += beats;
    mean += beats * value;
    square += beats * value * value;
  });
  mean /= weight;
  const deviation = Math.sqrt(Math.max(1e-12, square / weight - mean * mean));
  return values.map((value) => (value === null ? 0 : Number(((value - mean) / deviation).toFixed(3))));
}

/** How much better pitch classes fit the tonic's minor than any major key. */
function minorness(classes: readonly number[]): number {
  const likeness = (profile: readonly number[], tonic: number) =>
    correlation(
      classes,
      classes.map((_, i) => profile[(i - tonic + 12) % 12]),
    );
  const majors = classes.map((_, tonic) => likeness(KEY_PROFILES.major, tonic));
  return likeness(KEY_PROFILES.minor, 0) - Math.max(...majors);
}
