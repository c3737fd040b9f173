import { firstFrom, type HeardNote } from './heard-note.ts';
import { type SoundColumns, soundColumns } from './sound-columns.ts';

/** Time constant of what is remembered of the notes' force and sound. */
const MEMORY_SECONDS = 12;
/** How long after a bar's middle its notes still count. */
const STRIKE_AFTER_SECONDS = 1;
const HOME_AFTER_SECONDS = 2;
/** No bar is judged by less music than this: the first bars look ahead, or any music would seem to move as it begins. */
const LEAST_SECONDS = 12;

/** Columns of the course that come from the notes themselves, one value a bar. */
export interface NoteColumns extends SoundColumns {
  /** Log of how forcefully notes are struck a second: loud, high and short ones count most. */
  readonly strike: number[];
  /** Cosine of the pitch classes lately sounding with those of the whole: 1 where the music is in its usual keys. */
  readonly home: number[];
}

const NAMES: readonly string[] = [
  'strike',
  'home',
  'high',
  'rough',
  'struck',
] satisfies (keyof NoteColumns)[];

export const isNoteColumn = (name: string): name is keyof NoteColumns => NAMES.includes(name);

/**
 * @param notes sorted by start
 * @param middles of the bars, on the notes' clock, ascending
 */
export function noteColumns(notes: readonly HeardNote[], middles: readonly number[]): NoteColumns {
  const none = () => middles.map(() => 0);
  if (notes.length === 0)
    return { strike: none(), home: none(), high: none(), rough: none(), struck: none() };
  const start = notes[0].startSeconds;
  const until = (afterSeconds: number) =>
    middles.map((middle) => Math.max(middle + afterSeconds, start + LEAST_SECONDS));
  const heardAt = middles.map((middle) => middle + STRIKE_AFTER_SECONDS);
  return {
    strike: strikes(notes, until(STRIKE_AFTER_SECONDS)),
    home: homes(notes, until(HOME_AFTER_SECONDS)),
    ...soundColumns(notes, heardAt, MEMORY_SECONDS),
  };
}

const length = (note: HeardNote): number => Math.min(4, Math.max(0.05, note.endSeconds - note.startSeconds));

function strikes(notes: readonly HeardNote[], times: readonly number[]): number[] {
  const start = notes[0].startSeconds;
  const force = (note: HeardNote) =>
    (note.velocity / 80) ** 2 * length(note) ** -0.5 * 2 ** ((note.pitch - 60) / 24);
  let [sum, next, last] = [0, 0, start];
  return times.map((time) => {
    sum *= Math.exp((last - time) / MEMORY_SECONDS);
    for (; next < notes.length && notes[next].startSeconds < time; next++)
      sum += force(notes[next]) * Math.exp((notes[next].startSeconds - time) / MEMORY_SECONDS);
    last = time;
    const heard = 1 - Math.exp((start - time) / MEMORY_SECONDS);
    return Math.log(sum / (MEMORY_SECONDS * heard) + 0.05);
  });
}

/** By as much music for every bar: what is heard of a shorter stretch lies further from the whole. */
function homes(notes: readonly HeardNote[], times: readonly number[]): number[] {
  const whole = chroma(notes);
  return times.map((time) => {
    const [first, end] = [firstFrom(notes, time - LEAST_SECONDS), firstFrom(notes, time)];
    return cosine(chroma(notes.slice(first, end)), whole);
  });
}

function chroma(notes: readonly HeardNote[]): Float64Array {
  const sums = new Float64Array(12);
  for (const note of notes) sums[note.pitch % 12] += (note.velocity / 80) * length(note) ** 0.5;
  return sums;
}

function cosine(a: Float64Array, b: Float64Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const x = a[i] + 1e-9;
    ab += x * b[i];
    aa += x * x;
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}
