import { ELEMENTS as CODED, VOCABULARY_SIZES } from '../tokens/vocabulary.ts';
import { VOICES, type Voice } from '../voices/voice.ts';

/** Elements of a word: those of the model before in their order, and how far a note is struck beside its place on the grid. */
export const ELEMENTS = [...CODED, 'timing'] as const;
export type Element = (typeof ELEMENTS)[number];
export const TIMING = CODED.length;
export const WORD_WIDTH = ELEMENTS.length;
export const columnOf = (element: Element): number => ELEMENTS.indexOf(element);

/** From `first` up to `last`, in quarters of a sixteenth. */
const quarters = (first: number, last: number, by: number): number[] =>
  Array.from({ length: (last - first) / by + 1 }, (_, i) => (first + i * by) / 4);

/** Lengths of duration values in sixteenths, eight to an octave above a quarter note; value 0 is "ignore". */
export const DURATION_STEPS: readonly number[] = [
  ...quarters(0, 16, 1),
  ...quarters(18, 32, 2),
  ...quarters(36, 64, 4),
  ...quarters(72, 128, 8),
  ...quarters(144, 256, 16),
];

/** Timing values 1..49 lie so many parts of a sixteenth apart, from half of one early to half of one late. */
export const TIMING_PARTS = 48;
/** The value of a note that is struck on the grid. */
export const ON_TIME = 1 + TIMING_PARTS / 2;

/** How many values each element has. The type says the voice of a note; notes last up to four bars. */
export const SIZES: Readonly<Record<Element, number>> = {
  ...VOCABULARY_SIZES,
  type: 6,
  duration: DURATION_STEPS.length,
  timing: TIMING_PARTS + 2,
};

/** Values of type beside METRICAL: 0 and 1 (end of a sequence, emotion) are never written. */
export const METRICAL = 2;
/** A note of voice v (0 melody, 1 bass, 2 inner) has type FIRST_VOICE + v. */
export const FIRST_VOICE = 3;

export const isNote = (type: number): boolean => type >= FIRST_VOICE;
export const typeOfVoice = (voice: Voice): number => FIRST_VOICE + VOICES.indexOf(voice);
export const voiceOfType = (type: number): Voice => VOICES[type - FIRST_VOICE];

/** Elements of a word in the order in which they are chosen. */
export const ORDER: readonly Element[] = [
  'type',
  'barBeat',
  'chord',
  'tempo',
  'pitch',
  'duration',
  'velocity',
  'timing',
];

/** What a step is told of the words before it: the last word, then what follows from all of them. Name and number of values. */
export const FEATURES: readonly (readonly [name: string, size: number])[] = [
  ...ELEMENTS.map((element) => [element, SIZES[element]] as const),
  ['position', 18],
  ['chordState', SIZES.chord],
  ['tempoState', SIZES.tempo],
  ['melodyCount', 8],
  ['bassCount', 8],
  ['innerCount', 16],
  ['positionCount', 8],
  ['lastMelody', SIZES.pitch],
  ['lastBass', SIZES.pitch],
  ['lastTiming', SIZES.timing],
  ['ending', 5],
  ['mode', 3],
];
export const FEATURE_COUNT = FEATURES.length;
export const [CHORD_STATE, TEMPO_STATE, ENDING, MODE] = ['chordState', 'tempoState', 'ending', 'mode'].map(
  (name) => FEATURES.findIndex(([feature]) => feature === name),
);

/** Duration value nearest to a length in sixteenths; of two as near the longer. */
export function valueOfDuration(steps: number): number {
  let value = 1;
  while (value + 1 < DURATION_STEPS.length && 2 * steps >= DURATION_STEPS[value] + DURATION_STEPS[value + 1])
    value++;
  return value;
}

/** Timing value of an offset from the grid in sixteenths. */
export const valueOfTiming = (offset: number): number =>
  Math.min(TIMING_PARTS + 1, Math.max(1, ON_TIME + Math.floor(offset * TIMING_PARTS + 0.5)));
