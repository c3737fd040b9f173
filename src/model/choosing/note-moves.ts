import { STEPS_PER_BEAT } from '../music/piece.ts';
import { indexBars } from '../tokens/bars.ts';
import {
  BAR,
  BAR_BEAT,
  FIRST_POSITION,
  PITCH,
  TYPE,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from '../tokens/vocabulary.ts';

/** Steps between onsets are told apart up to this. */
const LONGEST_GAP = 31;
const PITCHES = 256;

/**
 * A piece as steps from note to note, in order of onset and pitch: (steps later, semitones up) in one number. The same
 * for every transposition; lengths and velocities do not count.
 */
export function noteMoves(words: Words): Int32Array {
  const { beats } = indexBars(words);
  const moves: number[] = [];
  let [bar, barStep, step, lastStep, lastPitch] = [-1, 0, 0, 0, -1];
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    if (words[i + TYPE] === TYPE_NOTE) {
      const pitch = words[i + PITCH];
      const gap = Math.min(LONGEST_GAP, step - lastStep);
      if (lastPitch >= 0) moves.push(gap * PITCHES + pitch - lastPitch + PITCHES / 2);
      [lastStep, lastPitch] = [step, pitch];
    } else if (words[i + BAR_BEAT] === BAR) {
      if (bar >= 0) barStep += beats[bar] * STEPS_PER_BEAT;
      bar++;
    } else step = barStep + words[i + BAR_BEAT] - FIRST_POSITION;
  }
  return Int32Array.from(moves);
}
