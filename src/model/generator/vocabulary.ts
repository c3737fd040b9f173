import { ELEMENTS, type Element, VOCABULARY_SIZES } from '../tokens/vocabulary.ts';
import { VOICES, type Voice } from '../voices/voice.ts';

/** Lengths of duration values in sixteenths; value 0 is "ignore". */
export const DURATION_STEPS: readonly number[] = [
  0,
  0.5,
  ...Array.from({ length: 16 }, (_, i) => i + 1),
  ...[20, 24, 28, 32, 40, 48, 64],
];

/** How many values each element has. The type says the voice of a note; notes last up to four bars. */
export const SIZES: Readonly<Record<Element, number>> = {
  ...VOCABULARY_SIZES,
  type: 6,
  duration: DURATION_STEPS.length,
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
  ['ending', 5],
  ['mode', 3],
];
export const FEATURE_COUNT = FEATURES.length;
export const [CHORD_STATE, TEMPO_STATE, ENDING, MODE] = ['chordState', 'tempoState', 'ending', 'mode'].map(
  (name) => FEATURES.findIndex(([feature]) => feature === name),
);

const ONE_BAR = DURATION_STEPS.indexOf(16);

/** Duration value nearest to a length in sixteenths, by ratio above a bar. */
export function valueOfDuration(steps: number): number {
  if (steps < 0.75) return 1;
  if (steps < 16.5) return 1 + Math.max(1, Math.floor(steps + 0.5));
  let value = ONE_BAR;
  // The nearer of two by ratio lies on the same side of their geometric mean.
  while (
    value + 1 < DURATION_STEPS.length &&
    steps * steps > DURATION_STEPS[value] * DURATION_STEPS[value + 1]
  )
    value++;
  return value;
}
