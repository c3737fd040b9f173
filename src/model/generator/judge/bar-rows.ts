import { largest, smallest } from '../../lists.ts';
import {
  BAR,
  BAR_BEAT,
  DURATION,
  FIRST_POSITION,
  PITCH,
  TYPE,
  VELOCITY,
  type Words,
} from '../../tokens/vocabulary.ts';
import { jaccard } from '../jaccard.ts';
import {
  DURATION_STEPS,
  FIRST_VOICE,
  METRICAL,
  ON_TIME,
  TIMING,
  TIMING_PARTS,
  WORD_WIDTH,
} from '../vocabulary.ts';

/** Bars of written words as the judge reads them, the same as training/chooser/bars.py: a row a sixteenth, and how alike a bar is to those before. */
export const STEPS = 16;
/** Semitones that a step of the tune or the bass is told apart up to. */
const REACH = 12;
/** Bars that a bar is compared with. */
const BACK = [1, 2, 3, 4, 8] as const;
const MOST_BACK = BACK[BACK.length - 1];
const VOICES = 3;
const PITCH_BASE = 21;
/** Columns: pitch classes struck in each voice and sounding; on a beat, on an eighth; then as named. */
const SOUNDING = 12 * VOICES;
const CLASSES = 12 * (VOICES + 1);
const LOWEST = CLASSES + 2;
const STRUCK = LOWEST + 2;
const LOUDNESS = STRUCK + 4;
const LENGTHS = LOUDNESS + 2;
const SHAPE_END = LENGTHS + 3;
const MOVES = 2 * REACH + 1;
export const FEATURES = SHAPE_END + 2 * MOVES;
export const LIKENESS = 3 * BACK.length;

interface Note {
  /** Sixteenths from the bar line. */
  readonly place: number;
  readonly pitch: number;
  /** Sixteenths. */
  readonly length: number;
  readonly velocity: number;
  /** 0 melody, 1 bass, 2 inner. */
  readonly voice: number;
  /** Sixteenths. */
  readonly late: number;
}

/** What a bar is compared by: its notes, its rhythm, the rhythm of its bass. */
type Sets = readonly [ReadonlySet<number>, ReadonlySet<number>, ReadonlySet<number>];

/** What is remembered at a bar line. */
export interface RowState {
  /** The last bars, the newest at the end. */
  readonly bars: readonly Sets[];
  /** Notes that sound on, until sixteenths from the bar line. */
  readonly sounding: readonly { readonly pitch: number; readonly end: number }[];
  /** Pitches of the last note of melody and of bass. */
  readonly last: readonly [number | null, number | null];
}

export const AT_START: RowState = { bars: [], sounding: [], last: [null, null] };

export interface BarRows {
  /** STEPS rows of FEATURES. */
  readonly rows: Float64Array;
  readonly likeness: Float64Array;
  readonly after: RowState;
}

/** Reads the next bar. @param words of one bar, its Bar word first */
export function rowsOfBar(words: Words, before: RowState): BarRows {
  const notes = notesOf(words);
  const rows = new Float64Array(STEPS * FEATURES);
  const low = new Float64Array(STEPS).fill(128);
  const high = new Float64Array(STEPS).fill(-1);
  const sounding: { pitch: number; end: number }[] = [];
  const sound = (pitch: number, first: number, end: number): void => {
    for (let step = first; step < Math.min(end, STEPS); step++) {
      rows[step * FEATURES + SOUNDING + (pitch % 12)] = 1;
      low[step] = Math.min(low[step], pitch);
      high[step] = Math.max(high[step], pitch);
    }
    if (end > STEPS) sounding.push({ pitch, end: end - STEPS });
  };
  for (const { pitch, end } of before.sounding) sound(pitch, 0, end);
  const struck: Note[][] = Array.from({ length: STEPS }, () => []);
  for (const note of notes) {
    struck[note.place].push(note);
    rows[note.place * FEATURES + 12 * note.voice + (note.pitch % 12)] = 1;
    sound(note.pitch, note.place, Math.max(note.place + 1, Math.ceil(note.place + note.length)));
  }
  const last: [number | null, number | null] = [...before.last];
  for (let step = 0; step < STEPS; step++) {
    const row = rows.subarray(step * FEATURES, (step + 1) * FEATURES);
    row[CLASSES] = Number(step % 4 === 0);
    row[CLASSES + 1] = Number(step % 2 === 0);
    if (high[step] >= 0) {
      row[LOWEST] = (low[step] - 60) / 24;
      row[LOWEST + 1] = (high[step] - 60) / 24;
    }
    if (struck[step].length > 0) tellChord(struck[step], row, last);
  }
  const sets = setsOf(notes);
  return {
    rows,
    likeness: likenessOf(sets, before.bars),
    after: { bars: [...before.bars, sets].slice(-MOST_BACK), sounding, last },
  };
}

/** Notes by place, then pitch. */
function notesOf(words: Words): Note[] {
  const notes: Note[] = [];
  let place = 0;
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    const type = words[i + TYPE];
    if (type === METRICAL) {
      if (words[i + BAR_BEAT] !== BAR) place = words[i + BAR_BEAT] - FIRST_POSITION;
      continue;
    }
    notes.push({
      place,
      pitch: PITCH_BASE + words[i + PITCH],
      length: DURATION_STEPS[words[i + DURATION]],
      velocity: 4 + 3 * (words[i + VELOCITY] - 1),
      voice: type - FIRST_VOICE,
      late: (words[i + TIMING] - ON_TIME) / TIMING_PARTS,
    });
  }
  return notes;
}

/** What is struck at a step: how many, how high, loud, long and late, and how far tune and bass went. */
function tellChord(chord: readonly Note[], row: Float64Array, last: [number | null, number | null]): void {
  const mean = (of: (note: Note) => number) => chord.reduce((sum, note) => sum + of(note), 0) / chord.length;
  const bass = chord[0];
  const tune = chord[chord.length - 1];
  const loudness = mean(({ velocity }) => velocity);
  const lates = chord.map(({ late }) => late);
  row.set([1, chord.length / 4, (bass.pitch - 60) / 24, (tune.pitch - 60) / 24], STRUCK);
  row.set([(loudness - 64) / 32, (tune.velocity - loudness) / 16], LOUDNESS);
  row.set(
    [
      Math.log2(mean(({ length }) => length)) / 4,
      4 * mean(({ late }) => late),
      8 * (largest(lates) - smallest(lates)),
    ],
    LENGTHS,
  );
  for (const voice of [0, 1] as const) {
    const mine = chord.filter((note) => note.voice === voice);
    if (mine.length === 0) continue;
    const { pitch } = voice === 0 ? mine[mine.length - 1] : mine[0];
    const before = last[voice];
    if (before !== null)
      row[SHAPE_END + MOVES * voice + REACH + Math.max(-REACH, Math.min(REACH, pitch - before))] = 1;
    last[voice] = pitch;
  }
}

function setsOf(notes: readonly Note[]): Sets {
  return [
    new Set(notes.map(({ place, pitch }) => place * 128 + pitch)),
    new Set(notes.map(({ place }) => place)),
    new Set(notes.filter(({ voice }) => voice === 1).map(({ place }) => place)),
  ];
}

function likenessOf(now: Sets, bars: readonly Sets[]): Float64Array {
  const found = new Float64Array(LIKENESS);
  for (const [i, back] of BACK.entries()) {
    const then = bars[bars.length - back];
    if (then) for (let k = 0; k < now.length; k++) found[3 * i + k] = jaccard(now[k], then[k]);
  }
  return found;
}
