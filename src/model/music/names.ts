import type { Chord, ChordQuality, Key } from './piece.ts';

const SHARP_NAMES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const FLAT_NAMES = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'Gb', 'G', 'Ab', 'A', 'Bb', 'B'];
/** Sharps (flats below 0) of the major key on each pitch class. */
const SHARPS_OF_MAJOR = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5];

const QUALITY_SUFFIX: Readonly<Record<ChordQuality, string>> = {
  maj: '',
  min: 'm',
  dim: 'dim',
  aug: 'aug',
  sus2: 'sus2',
  sus4: 'sus4',
  maj7: 'maj7',
  min7: 'm7',
  '7': '7',
  dim7: 'dim7',
  m7b5: 'm7b5',
};

/** Sharps in a key's signature; flats count below 0. */
export function sharpsOf(key: Key): number {
  const sharps = SHARPS_OF_MAJOR[(key.tonic + (key.mode === 'minor' ? 3 : 0)) % 12];
  // E flat minor is written, D sharp minor hardly ever.
  return sharps === 6 && key.mode === 'minor' ? -6 : sharps;
}

/** A pitch class as its key spells it: "Eb" in C minor, "D#" in E major. */
export function pitchClassName(pitchClass: number, key: Key): string {
  return (sharpsOf(key) < 0 || (sharpsOf(key) === 0 && key.mode === 'minor') ? FLAT_NAMES : SHARP_NAMES)[
    pitchClass % 12
  ];
}

/** "C minor". */
export function keyName(key: Key): string {
  return `${pitchClassName(key.tonic, key)} ${key.mode}`;
}

/** "Ebm7/G"; "N" for no chord. */
export function chordName(chord: Chord | null, key: Key): string {
  if (!chord) return 'N';
  const name = pitchClassName(chord.root, key) + QUALITY_SUFFIX[chord.quality];
  const hasBass = chord.bass !== undefined && chord.bass !== chord.root;
  return hasBass ? `${name}/${pitchClassName(chord.bass ?? 0, key)}` : name;
}
