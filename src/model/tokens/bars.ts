import { STEPS_PER_BEAT } from '../music/piece.ts';
import {
  BAR,
  BAR_BEAT,
  FIRST_POSITION,
  PITCH,
  TYPE,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

/** Where the bars of a grammatical sequence are. */
export interface BarIndex {
  /** Word index of each Bar word. */
  readonly starts: number[];
  /** Beats (1..4) of each bar. */
  readonly beats: number[];
}

/**
 * Finds the bars of a grammatical sequence; a bar's last position tells its beats.
 * @param width values a word
 */
export function indexBars(words: Words, width = WORD_WIDTH): BarIndex {
  const starts: number[] = [];
  const beats: number[] = [];
  for (let i = 0; i < words.length; i += width) {
    const barBeat = words[i + BAR_BEAT];
    if (barBeat === BAR) {
      starts.push(i / width);
      beats.push(0);
    } else if (barBeat >= FIRST_POSITION) {
      beats[beats.length - 1] = Math.floor((barBeat - FIRST_POSITION) / STEPS_PER_BEAT) + 1;
    }
  }
  return { starts, beats };
}

/** Key of an onset in a bar: position and pitch value in one number. */
export const onsetKey = (position: number, pitchValue: number): number => position * 128 + pitchValue;

/** The onsets of every bar as sorted arrays of onsetKey. */
export function barOnsets(words: Words): number[][] {
  const bars: number[][] = [];
  let position = 0;
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    if (words[i + BAR_BEAT] === BAR) bars.push([]);
    else if (words[i + BAR_BEAT] >= FIRST_POSITION) position = words[i + BAR_BEAT] - FIRST_POSITION;
    else if (words[i + TYPE] === TYPE_NOTE) bars[bars.length - 1].push(onsetKey(position, words[i + PITCH]));
  }
  return bars;
}

/**
 * The beat that each word belongs to, counted from the start of the sequence: after Bar the first beat of that bar, after
 * a position (and its notes) the beat it lies in. Length: one more than the words; the first entry (the start) is -1.
 */
export function beatPointers(words: Words, width = WORD_WIDTH): Int32Array {
  const { beats } = indexBars(words, width);
  const pointers = new Int32Array(words.length / width + 1).fill(-1);
  let firstBeat = 0;
  let bar = -1;
  let pointer = -1;
  for (let i = 0; i < words.length / width; i++) {
    const barBeat = words[i * width + BAR_BEAT];
    if (barBeat === BAR) {
      if (bar >= 0) firstBeat += beats[bar];
      bar++;
      pointer = firstBeat;
    } else if (barBeat >= FIRST_POSITION) {
      pointer = firstBeat + Math.floor((barBeat - FIRST_POSITION) / STEPS_PER_BEAT);
    }
    pointers[i + 1] = pointer;
  }
  return pointers;
}
