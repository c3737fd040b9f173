import { STEPS_PER_BEAT } from '../../src/model/music/piece.ts';
import { beatPointers } from '../../src/model/tokens/bars.ts';
import {
  BAR_BEAT,
  CHORD,
  CONTINUE,
  DURATION,
  DURATION_STEPS,
  FIRST_POSITION,
  PITCH,
  PITCH_BASE,
  TEMPO,
  TYPE,
  TYPE_NOTE,
  VELOCITY,
  velocityOfValue,
  WORD_WIDTH,
  type Words,
} from '../../src/model/tokens/vocabulary.ts';

/** One number an element for a beat; the last four are NaN where the beat has no notes. */
export interface BeatStatistics {
  /** Tempo value in force. */
  readonly tempo: number;
  /** Chord value in force (a name: not to be averaged). */
  readonly chord: number;
  /** Notes that start in the beat. */
  readonly count: number;
  /** Mean MIDI pitch with the tonic at C. */
  readonly pitch: number;
  /** Mean length in steps. */
  readonly duration: number;
  readonly velocity: number;
  /** Mean onset within the beat, 0..3 steps. */
  readonly onset: number;
}

/** The statistics of every beat of a grammatical sequence. */
export function beatStatistics(words: Words): BeatStatistics[] {
  const pointers = beatPointers(words);
  const sums: { tempo: number; chord: number; count: number; values: [number, number, number, number] }[] =
    [];
  let [tempo, chord, within] = [0, 0, 0];
  for (let i = 0; i * WORD_WIDTH < words.length; i++) {
    const word = words.subarray(i * WORD_WIDTH, (i + 1) * WORD_WIDTH);
    if (word[TYPE] === TYPE_NOTE) {
      const beat = sums[pointers[i + 1]];
      beat.count++;
      beat.values[0] += word[PITCH] + PITCH_BASE;
      beat.values[1] += DURATION_STEPS[word[DURATION]];
      beat.values[2] += velocityOfValue(word[VELOCITY]);
      beat.values[3] += within;
    } else if (word[BAR_BEAT] >= FIRST_POSITION) {
      within = (word[BAR_BEAT] - FIRST_POSITION) % STEPS_PER_BEAT;
      if (word[TEMPO] > CONTINUE) tempo = word[TEMPO];
      if (word[CHORD] > CONTINUE) chord = word[CHORD];
      if (within === 0) sums[pointers[i + 1]] = { tempo, chord, count: 0, values: [0, 0, 0, 0] };
    }
  }
  return sums.map(({ values, ...beat }) => {
    const [pitch, duration, velocity, onset] = values.map((sum) => sum / beat.count);
    return { ...beat, pitch, duration, velocity, onset };
  });
}
