import { keyOfChords } from '../../model/muser/steering.ts';
import { chordName } from '../../model/music/names.ts';
import { parseProgression } from '../../model/music/parse-chord.ts';
import type { Chord, Key, Piece } from '../../model/music/piece.ts';
import { barStarts, inForce } from '../edit/bars.ts';
import { keyName, plural } from '../shared/format.ts';

/** The most bars that can be asked for. */
const MOST_BARS = 64;

/**
 * A clip's harmony as a progression for bars of `beatsPerBar`, as it would be typed; once where it goes round. Where nothing
 * sounds the chord before (or after) goes on. null where the clip tells no chord.
 */
export function progressionOf(piece: Piece, beatsPerBar: number): string | null {
  const starts = barStarts(piece);
  const first = piece.chords.find((change) => change.chord)?.chord;
  if (!first) return null;
  let last: Chord = first;
  const bars = piece.barBeats.slice(0, MOST_BARS).map((beats, bar) => {
    const names = Array.from({ length: beatsPerBar }, (_, beat) => {
      const at = starts[bar] + Math.floor((beat * beats) / beatsPerBar);
      last = inForce(piece.chords, at)?.chord ?? last;
      return chordName(last, piece.key);
    });
    return shortest(names);
  });
  const round = bars.slice(0, period(bars.map((bar) => bar.join(' '))));
  return round.length === 1 ? round[0].join(',') : round.map((bar) => bar.join(' ')).join(' | ');
}

/** The fewest chords that, spread evenly over the bar, give these at its beats. */
function shortest(names: readonly string[]): string[] {
  const beats = names.length;
  for (let count = 1; count < beats; count++) {
    const part = (beat: number): number => Math.floor((beat * count) / beats);
    const chords = Array.from(
      { length: count },
      (_, i) => names[names.findIndex((_name, beat) => part(beat) === i)],
    );
    if (names.every((name, beat) => name === chords[part(beat)])) return chords;
  }
  return [...names];
}

/** Bars after which all begins again. */
function period(bars: readonly string[]): number {
  for (let length = 1; length < bars.length; length++)
    if (bars.every((bar, i) => bar === bars[i % length])) return length;
  return bars.length;
}

/** True if two texts say the same chords; false where one cannot be read. */
export function sameProgression(a: string, b: string): boolean {
  try {
    return JSON.stringify(parseProgression(a)) === JSON.stringify(parseProgression(b));
  } catch {
    return false;
  }
}

/** What a progression comes to in so many bars: "4 bars, 4 times round, A minor"; throws where it cannot be read. */
export function describeProgression(text: string, bars: number, key: Key | null): string {
  const chords = parseProgression(text);
  const round = bars / chords.length;
  const times =
    round === 1
      ? ''
      : round < 1
        ? `, the first ${plural(bars, 'bar')} of it`
        : round === 2
          ? ', twice round'
          : `, ${Number.isInteger(round) ? round : round.toFixed(1)} times round`;
  return `${plural(chords.length, 'bar')} of chords${times} · ${keyName(key ?? keyOfChords(chords))}`;
}
