import { largest, smallest } from '../lists.ts';
import { STEPS_PER_BEAT } from '../music/piece.ts';
import { beatPointers } from '../tokens/bars.ts';
import {
  BAR_BEAT,
  CHORD,
  CONTINUE,
  DURATION,
  FIRST_POSITION,
  PITCH,
  PITCH_BASE,
  TEMPO,
  TYPE,
  TYPE_NOTE,
  VELOCITY,
  WORD_WIDTH,
  type Words,
} from '../tokens/vocabulary.ts';
import { BEAT_VIEW_SIZES } from '../weights/shapes.ts';

/** What one beat holds. */
interface Beat {
  tempo: number;
  chord: number;
  /** Position within the beat (0..3) and values of each note, in order. */
  notes: { within: number; pitch: number; duration: number; velocity: number }[];
}

const MOST_NOTES = 15;
const REGISTER_WIDTH = 11;
const HIGHEST_PITCH = 86;
const LONGEST_DURATION = 17;
const LOUDEST = 41;

/**
 * The vectors that the books of a beat encoder read, one row a beat: each describes one element of the beat and nothing
 * else. Rows of BEAT_VIEW_SIZES[book] values.
 */
export function beatViews(words: Words, books: readonly string[]): Map<string, Float32Array[]> {
  const beats = readBeats(words);
  return new Map(books.map((book) => [book, beats.map((beat) => view(book, beat))]));
}

function readBeats(words: Words): Beat[] {
  const pointers = beatPointers(words);
  const beats: Beat[] = [];
  let [tempo, chord, within] = [0, 0, 0];
  for (let i = 0; i * WORD_WIDTH < words.length; i++) {
    const word = words.subarray(i * WORD_WIDTH, (i + 1) * WORD_WIDTH);
    if (word[TYPE] === TYPE_NOTE) {
      const [pitch, duration, velocity] = [word[PITCH], word[DURATION], word[VELOCITY]];
      beats[pointers[i + 1]].notes.push({ within, pitch, duration, velocity });
    } else if (word[BAR_BEAT] >= FIRST_POSITION) {
      within = (word[BAR_BEAT] - FIRST_POSITION) % STEPS_PER_BEAT;
      if (word[TEMPO] > CONTINUE) tempo = word[TEMPO];
      if (word[CHORD] > CONTINUE) chord = word[CHORD];
      if (within === 0) beats[pointers[i + 1]] = { tempo, chord, notes: [] };
    }
  }
  return beats;
}

function view(book: string, beat: Beat): Float32Array {
  const out = new Float32Array(BEAT_VIEW_SIZES[book]);
  VIEWS[book](beat, out);
  return out;
}

const lowest = (beat: Beat): number => smallest(beat.notes.map((note) => note.pitch));
const highest = (beat: Beat): number => largest(beat.notes.map((note) => note.pitch));
const share = (beat: Beat): number => 1 / beat.notes.length;

const VIEWS: Readonly<Record<string, (beat: Beat, out: Float32Array) => void>> = {
  tempo: (beat, out) => {
    out[beat.tempo] = 1;
  },
  chord: (beat, out) => {
    out[beat.chord] = 1;
  },
  type: (beat, out) => {
    out[Math.min(MOST_NOTES, beat.notes.length)] = 1;
  },
  pitchBass: (beat, out) => {
    out[beat.notes.length ? lowest(beat) : 0] = 1;
  },
  pitchTop: (beat, out) => {
    out[beat.notes.length ? highest(beat) : 0] = 1;
  },
  /** Four onsets, then the share of notes at each. */
  barBeat: (beat, out) => {
    for (const { within } of beat.notes) {
      out[within] = 1;
      out[STEPS_PER_BEAT + within] += share(beat);
    }
  },
  /** Twelve pitch classes present, share of notes in eight registers, mean pitch. */
  pitchClasses: (beat, out) => {
    for (const { pitch } of beat.notes) {
      out[(pitch + PITCH_BASE) % 12] = 1;
      out[12 + Math.floor((pitch - 1) / REGISTER_WIDTH)] += share(beat);
      out[20] += (pitch / HIGHEST_PITCH) * share(beat);
    }
  },
  /** Histogram, mean. */
  duration: (beat, out) => {
    for (const { duration } of beat.notes) {
      out[duration] += share(beat);
      out[18] += (duration / LONGEST_DURATION) * share(beat);
    }
  },
  /** Histogram, mean, least, most, that of the first lowest and of the first highest note. */
  velocity: (beat, out) => {
    if (beat.notes.length === 0) return;
    for (const { velocity } of beat.notes) {
      out[velocity] += share(beat);
      out[42] += (velocity / LOUDEST) * share(beat);
    }
    const velocities = beat.notes.map((note) => note.velocity);
    out[43] = smallest(velocities) / LOUDEST;
    out[44] = largest(velocities) / LOUDEST;
    out[45] = beat.notes.find((note) => note.pitch === lowest(beat))!.velocity / LOUDEST;
    out[46] = beat.notes.find((note) => note.pitch === highest(beat))!.velocity / LOUDEST;
  },
};
