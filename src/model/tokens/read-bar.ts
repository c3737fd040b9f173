import { type Chord, type Key, STEPS_PER_BEAT } from '../music/piece.ts';
import type { Voice } from '../voices/voice.ts';
import { chordOfValue, pitchOfValue, shiftOfTonic } from './values.ts';
import {
  BAR_BEAT,
  bpmOfValue,
  CHORD,
  CONTINUE,
  DURATION,
  DURATION_STEPS,
  FIRST_POSITION,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_NOTE,
  VELOCITY,
  velocityOfValue,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

/** One bar as it was written; steps are sixteenths and beats quarter notes, from the start of the bar. */
export interface WrittenBar {
  readonly beats: number;
  readonly notes: readonly WrittenNote[];
  /** Changes in this bar; what was in force before goes on until the first. */
  readonly tempos: readonly { readonly beat: number; readonly bpm: number }[];
  readonly chords: readonly { readonly beat: number; readonly chord: Chord | null }[];
  /** The sustain pedal goes down or up; absent before a performer has played the bar. */
  readonly pedal?: readonly { readonly beat: number; readonly down: boolean }[];
}

export interface WrittenNote {
  readonly step: number;
  readonly pitch: number;
  readonly duration: number;
  readonly velocity: number;
  /** Played onset minus grid onset, in steps; absent before a performer has played the bar. */
  readonly offset?: number;
  /** Absent where the model does not say. */
  readonly voice?: Voice;
}

/** What one bar's words (Bar word first) say in a key. */
export function readBar(words: Words, key: Key): WrittenBar {
  const shift = shiftOfTonic(key.tonic);
  const tempos: { beat: number; bpm: number }[] = [];
  const chords: { beat: number; chord: Chord | null }[] = [];
  const notes: WrittenNote[] = [];
  let step = 0;
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    if (words[i + TYPE] === TYPE_NOTE) {
      const [pitch, velocity] = [pitchOfValue(words[i + PITCH], shift), velocityOfValue(words[i + VELOCITY])];
      notes.push({ step, pitch, duration: DURATION_STEPS[words[i + DURATION]], velocity });
      continue;
    }
    if (words[i + BAR_BEAT] < FIRST_POSITION) continue;
    step = words[i + BAR_BEAT] - FIRST_POSITION;
    const beat = step / STEPS_PER_BEAT;
    if (words[i + TEMPO] > CONTINUE) tempos.push({ beat, bpm: bpmOfValue(words[i + TEMPO]) });
    if (words[i + CHORD] > CONTINUE) chords.push({ beat, chord: chordOfValue(words[i + CHORD], key.tonic) });
  }
  return { beats: Math.floor(step / STEPS_PER_BEAT) + 1, notes, tempos, chords };
}
