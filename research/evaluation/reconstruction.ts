import { correlation } from '../../src/model/emotion/statistics.ts';
import { barOnsets } from '../../src/model/tokens/bars.ts';
import { TYPE, TYPE_NOTE, WORD_WIDTH, type Words } from '../../src/model/tokens/vocabulary.ts';
import { type BeatStatistics, beatStatistics } from './beat-statistics.ts';

/** How near a reconstruction is to what it was made from; sums that add up over clips. */
interface NoteMatch {
  /** Notes of the original, of the reconstruction, and of both at the same bar, position and pitch. */
  readonly original: number;
  readonly made: number;
  readonly shared: number;
}

/** Compares notes by bar, position and pitch. */
function matchNotes(original: Words, made: Words): NoteMatch {
  const [a, b] = [barOnsets(original), barOnsets(made)];
  let shared = 0;
  a.forEach((bar, i) => {
    const onsets = new Set(b[i] ?? []);
    for (const onset of bar) if (onsets.has(onset)) shared++;
  });
  return { original: countNotes(original), made: countNotes(made), shared };
}

function countNotes(words: Words): number {
  let count = 0;
  for (let i = TYPE; i < words.length; i += WORD_WIDTH) if (words[i] === TYPE_NOTE) count++;
  return count;
}

/** F1 of notes pooled over clips; 0 without shared notes. */
function noteF1(matches: readonly NoteMatch[]): number {
  const sum = (of: (match: NoteMatch) => number) => matches.reduce((total, match) => total + of(match), 0);
  const total = sum((m) => m.original) + sum((m) => m.made);
  return total > 0 ? (2 * sum((m) => m.shared)) / total : 0;
}

/** What is correlated beat by beat: count over all beats, the others where both sides have notes. */
const FOLLOWED = ['count', 'pitch', 'duration', 'velocity', 'onset', 'tempo'] as const;
type Followed = (typeof FOLLOWED)[number];

export interface Reconstruction {
  /** Pearson correlation over all beats of all clips. */
  readonly correlation: Readonly<Record<Followed, number>>;
  /** Share of beats whose chord in force is the original's. */
  readonly chord: number;
  readonly noteF1: number;
  /** Notes made over notes of the original. */
  readonly lengthRatio: number;
  readonly clips: number;
  readonly beats: number;
}

/** @param pairs original and reconstruction, bar for bar and beat for beat the same length */
export function reconstructionOf(pairs: readonly (readonly [Words, Words])[]): Reconstruction {
  const beats = pairs.flatMap(([a, b]) => pairBeats(a, b));
  const matches = pairs.map(([a, b]) => matchNotes(a, b));
  const notes = (of: 'original' | 'made') => matches.reduce((sum, match) => sum + match[of], 0);
  return {
    correlation: Object.fromEntries(FOLLOWED.map((name) => [name, follow(beats, name)])) as Record<
      Followed,
      number
    >,
    chord: beats.filter(([a, b]) => a.chord === b.chord).length / Math.max(1, beats.length),
    noteF1: noteF1(matches),
    lengthRatio: notes('made') / Math.max(1, notes('original')),
    clips: pairs.length,
    beats: beats.length,
  };
}

/** Beats of two sequences side by side, as far as both go. */
function pairBeats(a: Words, b: Words): [BeatStatistics, BeatStatistics][] {
  const [as, bs] = [beatStatistics(a), beatStatistics(b)];
  return as.slice(0, bs.length).map((beat, i) => [beat, bs[i]]);
}

function follow(beats: readonly (readonly [BeatStatistics, BeatStatistics])[], name: Followed): number {
  const known = beats.filter(([a, b]) => Number.isFinite(a[name]) && Number.isFinite(b[name]));
  return correlation(
    known.map(([a]) => a[name]),
    known.map(([, b]) => b[name]),
  );
}
