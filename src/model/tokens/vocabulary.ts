import { CHORD_QUALITIES } from '../music/piece.ts';

/** The seven musical elements of a compound word, in the paper's order (muser-paper and affetto alike). */
export const ELEMENTS = ['tempo', 'chord', 'barBeat', 'type', 'pitch', 'duration', 'velocity'] as const;
export type Element = (typeof ELEMENTS)[number];

/** How many values each element has; value 0 is "ignore" (the word does not carry the element), save for type. */
export const VOCABULARY_SIZES: Readonly<Record<Element, number>> = {
  tempo: 56,
  chord: 135,
  barBeat: 18,
  type: 4,
  pitch: 87,
  duration: 18,
  velocity: 42,
};

/** Column of each element in a word. */
export const TEMPO = 0;
export const CHORD = 1;
export const BAR_BEAT = 2;
export const TYPE = 3;
export const PITCH = 4;
export const DURATION = 5;
export const VELOCITY = 6;
export const WORD_WIDTH = 7;

export const IGNORE = 0;
/** Tempo and chord: the value in force goes on. */
export const CONTINUE = 1;
/** Chord value "no chord". */
export const NO_CHORD = 2;
/** Bar-beat value that opens a bar; position p (0..15 sixteenths) is FIRST_POSITION + p. */
export const BAR = 1;
export const FIRST_POSITION = 2;

export const TYPE_EOS = 0;
export const TYPE_EMOTION = 1;
export const TYPE_METRICAL = 2;
export const TYPE_NOTE = 3;

/** Chord value = FIRST_CHORD + root * 11 + quality index, root relative to the tonic. */
export const FIRST_CHORD = 3;
export const QUALITY_COUNT = CHORD_QUALITIES.length;

/** Pitch value 1..86 = MIDI pitch 22..107, after the tonic has been moved to C. */
export const PITCH_BASE = 21;
/** Duration value 1 = half a sixteenth, 2..17 = 1..16 sixteenths. */
export const DURATION_STEPS: readonly number[] = [0, 0.5, ...Array.from({ length: 16 }, (_, i) => i + 1)];
/** Velocity value v = 1..41 stands for MIDI velocity 4 + 3 (v - 1). */
export const velocityOfValue = (value: number): number => 4 + 3 * (value - 1);

/** Tempo values 2..55: 54 bins, equal in ratio (3.2% apart), 40 to 216 bpm. */
export const FIRST_TEMPO = 2;
const TEMPO_BINS = 54;
const TEMPO_LOW_BPM = 40;
const TEMPO_HIGH_BPM = 216;
export const bpmOfValue = (value: number): number =>
  TEMPO_LOW_BPM * (TEMPO_HIGH_BPM / TEMPO_LOW_BPM) ** ((value - FIRST_TEMPO) / (TEMPO_BINS - 1));
export function valueOfBpm(bpm: number): number {
  const bin = Math.round(
    ((TEMPO_BINS - 1) * Math.log(bpm / TEMPO_LOW_BPM)) / Math.log(TEMPO_HIGH_BPM / TEMPO_LOW_BPM),
  );
  return FIRST_TEMPO + Math.min(TEMPO_BINS - 1, Math.max(0, bin));
}

/**
 * A word sequence: `length` words of seven values, row-major, without the leading emotion step and without EOS;
 * models add both.
 */
export type Words = Uint8Array;
