import { AffettoError, requireInput } from '../error.ts';
import { CHORD_TONES, type Chord, type ChordQuality } from './piece.ts';

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const ACCIDENTALS: Readonly<Record<string, number>> = { '': 0, '#': 1, '♯': 1, b: -1, '♭': -1 };

/** How people write qualities; what is not here is not among the qualities that the models know. */
const SUFFIXES: Readonly<Record<string, ChordQuality>> = {
  '': 'maj',
  maj: 'maj',
  M: 'maj',
  m: 'min',
  min: 'min',
  '-': 'min',
  dim: 'dim',
  '°': 'dim',
  o: 'dim',
  aug: 'aug',
  '+': 'aug',
  sus2: 'sus2',
  sus4: 'sus4',
  sus: 'sus4',
  maj7: 'maj7',
  M7: 'maj7',
  m7: 'min7',
  min7: 'min7',
  '-7': 'min7',
  '7': '7',
  dim7: 'dim7',
  '°7': 'dim7',
  m7b5: 'm7b5',
  ø: 'm7b5',
};

/** Pitch classes of a chord. */
export const chordTones = ({ root, quality }: Chord): number[] =>
  CHORD_TONES[quality].map((semitones) => (root + semitones) % 12);

/** A chord as people write it: "Am", "F#m7", "Bbmaj7", "C/E". Throws an input error that names it. */
export function parseChord(text: string): Chord {
  const found = /^([A-G])([#♯b♭]?)([^/]*)(?:\/([A-G])([#♯b♭]?))?$/.exec(text);
  const quality = found ? SUFFIXES[found[3]] : undefined;
  if (!found || !quality)
    throw new AffettoError(
      `'${text}' is no chord we know; write chords like Am, F, C7, Gsus4, Bbmaj7, F#m7b5`,
    );
  const pitchClass = (letter: string, accidental = ''): number =>
    (LETTERS[letter] + ACCIDENTALS[accidental] + 12) % 12;
  const root = pitchClass(found[1], found[2]);
  return found[4] ? { root, quality, bass: pitchClass(found[4], found[5]) } : { root, quality };
}

/**
 * A progression, one list of chords a bar: "Am F C G" is a chord a bar; "Am F | C G" two a bar, "Am,F C G" two in the first.
 */
export function parseProgression(text: string): Chord[][] {
  const bars = text.includes('|') ? text.split('|').map((bar) => bar.trim()) : text.trim().split(/\s+/);
  const filled = bars.filter((bar) => bar !== '');
  requireInput(filled.length > 0, 'a chord progression is empty; write it like "Am F C G"');
  return filled.map((bar) =>
    bar
      .split(/[\s,]+/)
      .filter((name) => name !== '')
      .map(parseChord),
  );
}

/** MIDI pitch of a note name, C4 = 60: "C3", "F#5", "Bb2", or a number. Null if it is none. */
export function parsePitch(text: string): number | null {
  const found = /^([A-Ga-g])([#♯b♭]?)(-?\d)$/.exec(text.trim());
  if (!found) return /^\d{1,3}$/.test(text.trim()) && Number(text) <= 127 ? Number(text) : null;
  const pitch = LETTERS[found[1].toUpperCase()] + ACCIDENTALS[found[2]] + 12 * (Number(found[3]) + 1);
  return pitch >= 0 && pitch <= 127 ? pitch : null;
}
