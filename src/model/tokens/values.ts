import { CHORD_QUALITIES, type Chord } from '../music/piece.ts';
import {
  DURATION_STEPS,
  FIRST_CHORD,
  NO_CHORD,
  PITCH_BASE,
  QUALITY_COUNT,
  VOCABULARY_SIZES,
} from './vocabulary.ts';

const OCTAVE = 12;
const LOWEST = PITCH_BASE + 1;
const HIGHEST = PITCH_BASE + VOCABULARY_SIZES.pitch - 1;
const LONGEST_STEPS = DURATION_STEPS[DURATION_STEPS.length - 1];

/** Semitones (-6..5) that move a tonic (pitch class 0..11) to the nearest C. */
export const shiftOfTonic = (tonic: number): number => (tonic >= 7 ? OCTAVE - tonic : -tonic);

/** Pitch value 1..86 of a MIDI pitch after `shift`; what lies outside is folded in by octaves. */
export function valueOfPitch(pitch: number, shift: number): number {
  let moved = pitch + shift;
  while (moved < LOWEST) moved += OCTAVE;
  while (moved > HIGHEST) moved -= OCTAVE;
  return moved - PITCH_BASE;
}

/** MIDI pitch of a pitch value, moved back from C. */
export const pitchOfValue = (value: number, shift: number): number => value + PITCH_BASE - shift;

/** Duration value 1..17 of a length in steps: half a sixteenth, or the nearest whole number up to 16. */
export const valueOfDuration = (steps: number): number =>
  steps < 0.75 ? 1 : 1 + Math.min(LONGEST_STEPS, Math.max(1, Math.round(steps)));

/** Velocity value 1..41 nearest to a MIDI velocity. */
export const valueOfVelocity = (velocity: number): number =>
  Math.min(VOCABULARY_SIZES.velocity - 1, Math.max(1, 1 + Math.round((velocity - 4) / 3)));

/** Chord value with the root counted from the tonic; null is "no chord". The bass is not kept. */
export function valueOfChord(chord: Chord | null, tonic: number): number {
  if (!chord) return NO_CHORD;
  const root = (chord.root - tonic + OCTAVE) % OCTAVE;
  return FIRST_CHORD + root * QUALITY_COUNT + CHORD_QUALITIES.indexOf(chord.quality);
}

/** Chord of an explicit chord value (2 or more); null for "no chord". */
export function chordOfValue(value: number, tonic: number): Chord | null {
  if (value < FIRST_CHORD) return null;
  const index = value - FIRST_CHORD;
  const root = (Math.floor(index / QUALITY_COUNT) + tonic) % OCTAVE;
  return { root, quality: CHORD_QUALITIES[index % QUALITY_COUNT] };
}
