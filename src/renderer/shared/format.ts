import type { Chord, Key } from '../../model/music/piece.ts';

const SHARP = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'];
const FLAT = ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'G♭', 'G', 'A♭', 'A', 'B♭', 'B'];
/** Tonics whose signature has flats, by mode. */
const FLAT_TONICS = { major: [5, 10, 3, 8, 1, 6], minor: [2, 7, 0, 5, 10, 3] };
const SUFFIX: Record<Chord['quality'], string> = {
  maj: '',
  min: 'm',
  dim: '°',
  aug: '+',
  sus2: 'sus2',
  sus4: 'sus4',
  maj7: 'maj7',
  min7: 'm7',
  '7': '7',
  dim7: '°7',
  m7b5: 'ø7',
};

function names(key: Key): readonly string[] {
  return FLAT_TONICS[key.mode].includes(key.tonic) ? FLAT : SHARP;
}

export function keyName(key: Key): string {
  return `${names(key)[key.tonic]} ${key.mode}`;
}

/** "C♯ min", where "C♯ minor" has no room. */
export const shortKeyName = (key: Key): string => `${names(key)[key.tonic]} ${key.mode.slice(0, 3)}`;

export function chordName(chord: Chord | null, key: Key): string {
  if (!chord) return '–';
  const name = names(key);
  const bass = chord.bass !== undefined && chord.bass !== chord.root ? `/${name[chord.bass]}` : '';
  return `${name[chord.root]}${SUFFIX[chord.quality]}${bass}`;
}

/** The root and its third alone, where a chord's name has no room: "E♭" for "E♭maj7/G", "Cm" for "Cm7". */
export function triadName({ root, quality }: Chord, key: Key): string {
  const suffix = SUFFIX[quality];
  const third = /^(m(?!aj)|[°+ø])/.exec(suffix)?.[0] ?? '';
  return `${names(key)[root]}${third}`;
}

/** MIDI pitch -> "E♭4" (60 = C4), spelled in the key. */
export function pitchName(pitch: number, key: Key): string {
  return `${names(key)[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** Signed with a true minus and two decimals: columns of such numbers line up. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== '0.00' ? `−${text}` : `+${text}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Of a song: the time of day if that was today, or else the date; songs that were never named are told apart by it. */
export function savedWhen(time: string, now = new Date()): string {
  const saved = new Date(time);
  return saved.toDateString() === now.toDateString()
    ? saved.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
    : saved.toLocaleDateString();
}

/** "2:05" for 125 seconds. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
