import { portableExp } from '../engines/portable-math.ts';
import { requireInput } from '../error.ts';
import { SCALES } from '../music/chord-scale.ts';
import { chordName, pitchClassName } from '../music/names.ts';
import { chordTones } from '../music/parse-chord.ts';
import type { Chord, Key } from '../music/piece.ts';
import { pitchOfValue, shiftOfTonic, valueOfChord } from '../tokens/values.ts';
import { VOCABULARY_SIZES } from '../tokens/vocabulary.ts';

/** Limits that the music keeps to, whatever the emotion; all are free where absent. */
export interface Steering {
  /** Chords of each bar, one or more, spread evenly over its beats; begins again after the last bar. */
  readonly chords?: readonly (readonly Chord[])[];
  /** Lowest and highest sounding MIDI pitch. */
  readonly low?: number;
  readonly high?: number;
  /** Most notes that sound at once. */
  readonly polyphony?: number;
  /** 0 (a note every other beat) to 1 (ten notes a beat). */
  readonly density?: number;
}

const MOST_VOICES = 64;
const LEAST_NOTES_PER_BEAT = 0.5;
/** Logarithm of twenty: from a note every other beat to ten a beat. */
const LOG_DENSITY_RATIO = 2.995732273553991;
const C_MAJOR: Key = { tonic: 0, mode: 'major' };

/** Throws an input error for limits that no music can keep; bars have `beatsPerBar` beats. */
export function checkSteering(steering: Steering, beatsPerBar: number): void {
  const { chords, low = 0, high = 127, polyphony, density } = steering;
  for (const [name, pitch] of [['lowest', low] as const, ['highest', high] as const])
    requireInput(isWhole(pitch, 0, 127), `the ${name} pitch must be a MIDI pitch 0 to 127, got ${pitch}`);
  requireInput(
    low <= high,
    `the lowest pitch (${pitchName(low)}) lies above the highest (${pitchName(high)})`,
  );
  if (polyphony !== undefined)
    requireInput(
      isWhole(polyphony, 1, MOST_VOICES),
      `polyphony must be 1 to ${MOST_VOICES}, got ${polyphony}`,
    );
  if (density !== undefined)
    requireInput(density >= 0 && density <= 1, `density must be 0 to 1, got ${density}`);
  if (!chords) return;
  requireInput(chords.length > 0, 'a chord progression needs at least one chord');
  for (const bar of chords) {
    requireInput(
      bar.length >= 1 && bar.length <= beatsPerBar,
      `a bar of ${beatsPerBar} beats can hold 1 to ${beatsPerBar} chords, not ${bar.length}`,
    );
    for (const chord of bar)
      requireInput(
        pitches(low, high).some((pitch) => chordTones(chord).includes(pitch % 12)),
        `no note of ${chordName(chord, C_MAJOR)} lies between ${pitchName(low)} and ${pitchName(high)}; ` +
          'widen the range or change the chord',
      );
  }
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;
const pitches = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i);
const pitchName = (pitch: number): string =>
  `${pitchClassName(pitch % 12, C_MAJOR)}${Math.floor(pitch / 12) - 1}`;

/** The key that a progression fits best: most chord tones in its scale, then begins or ends on its tonic. */
export function keyOfChords(chords: readonly (readonly Chord[])[]): Key {
  const all = chords.flat();
  let best: Key = C_MAJOR;
  let most = Number.NEGATIVE_INFINITY;
  for (let tonic = 0; tonic < 12; tonic++)
    for (const mode of ['major', 'minor'] as const) {
      const inScale = (pitchClass: number): boolean =>
        (SCALES[mode] as readonly number[]).includes((pitchClass - tonic + 12) % 12);
      const isTonic = ({ root, quality }: Chord): boolean =>
        root === tonic && /^min/.test(quality) === (mode === 'minor');
      const tones = all.flatMap(chordTones);
      const score =
        tones.filter(inScale).length / tones.length +
        (isTonic(all[0]) ? 0.2 : 0) +
        (isTonic(all[all.length - 1]) ? 0.1 : 0);
      if (score > most) {
        most = score;
        best = { tonic, mode };
      }
    }
  return best;
}

/** Steering in the values of words, for a key. */
export interface Steer {
  /** Lowest and highest pitch value. */
  readonly lowest: number;
  readonly highest: number;
  readonly polyphony: number;
  /** Notes a beat to keep near, or null. */
  readonly notesPerBeat: number | null;
  /** Chord value in force at a beat, 0 where it is free. */
  chordAt(bar: number, beat: number): number;
  /** 1 for each pitch value that belongs to a chord value. */
  tonesOf(chord: number): Uint8Array;
}

/** Throws an input error where the range holds nothing that the model can write in this key. */
export function compileSteering(steering: Steering, key: Key, beatsPerBar: number): Steer {
  const { chords, low = 0, high = 127, polyphony = MOST_VOICES, density } = steering;
  const shift = shiftOfTonic(key.tonic);
  const last = VOCABULARY_SIZES.pitch - 1;
  const sounding = (value: number): number => pitchOfValue(value, shift);
  const lowest = Math.max(1, low - sounding(0));
  const highest = Math.min(last, high - sounding(0));
  requireInput(
    lowest <= highest,
    `the model plays ${pitchName(sounding(1))} to ${pitchName(sounding(last))} in this key, ` +
      `not ${pitchName(low)} to ${pitchName(high)}`,
  );
  const bars = chords?.map((bar) => bar.map((chord) => valueOfChord(chord, key.tonic)));
  const tones = new Map<number, Uint8Array>();
  chords?.flat().forEach((chord) => {
    const inChord = (value: number): boolean => chordTones(chord).includes(sounding(value) % 12);
    const mask = Uint8Array.from({ length: last + 1 }, (_, value) => (value > 0 && inChord(value) ? 1 : 0));
    tones.set(valueOfChord(chord, key.tonic), mask);
  });
  return {
    lowest,
    highest,
    polyphony,
    notesPerBeat:
      density === undefined ? null : LEAST_NOTES_PER_BEAT * portableExp(LOG_DENSITY_RATIO * density),
    chordAt(bar, beat) {
      if (!bars) return 0;
      const inBar = bars[bar % bars.length];
      return inBar[Math.floor((Math.min(beat, beatsPerBar - 1) * inBar.length) / beatsPerBar)];
    },
    tonesOf: (chord) => tones.get(chord)!,
  };
}
