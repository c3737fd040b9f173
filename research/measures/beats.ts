import { correlation } from '../../src/model/emotion/statistics.ts';
import { Random } from '../../src/model/muser/random.ts';
import type { BeatTracker } from '../../src/model/music/beat-tracker.ts';
import { beatScore, beatScoreAnyOctave } from '../../src/model/music/beats/score.ts';
import { foldOctaves } from '../../src/model/music/octave-fold.ts';
import type { TimedNote } from '../../src/model/music/song.ts';
import { lineOfGrid } from '../../src/model/music/tracked-grid.ts';
import { readSong, readSongs } from '../features/data-sets.ts';
import { type KnownBeats, knownBeats } from '../features/file-beats.ts';

/** Means over the pieces that were judged. */
export interface BeatFigures {
  readonly pieces: number;
  /** F-measure at 70 ms against the file's own beats. */
  readonly beat: number;
  readonly beatMedian: number;
  /** The same, forgiving one octave of tempo. */
  readonly beatAnyOctave: number;
  readonly downbeat: number;
  /** Both sides read in one octave of tempo, 75 to 150 bpm. */
  readonly beatFolded: number;
  /** Mean certainty, and its correlation with the F-measure. */
  readonly certainty: number;
  readonly certaintyCorrelation: number;
  readonly milliseconds: number;
}

/** Beats of Pop1k7's val songs from the notes alone: whole songs, or `excerpts` random stretches of 35 s from each. */
export function measureBeats(
  tracker: BeatTracker,
  data: string,
  excerpts: number,
  progress: (done: number, total: number) => void,
): BeatFigures {
  const songs = readSongs(data).filter((song) => song.split === 'val');
  const found: { f: number; any: number; down: number; folded: number; certainty: number; ms: number }[] = [];
  songs.forEach(({ id }, i) => {
    const song = readSong(data, 'pop1k7', id);
    const known = knownBeats(song);
    for (const notes of stretches(song.notes, excerpts, i)) found.push(judge(tracker, notes, known));
    progress(i + 1, songs.length);
  });
  const mean = (of: (item: (typeof found)[0]) => number) =>
    found.reduce((sum, item) => sum + of(item), 0) / found.length;
  return {
    pieces: found.length,
    beat: mean((item) => item.f),
    beatMedian: found.map((item) => item.f).sort((a, b) => a - b)[found.length >> 1],
    beatAnyOctave: mean((item) => item.any),
    downbeat: mean((item) => item.down),
    beatFolded: mean((item) => item.folded),
    certainty: mean((item) => item.certainty),
    certaintyCorrelation: correlation(
      found.map((item) => item.certainty),
      found.map((item) => item.f),
    ),
    milliseconds: mean((item) => item.ms),
  };
}

const EXCERPT_SECONDS = 35;

function stretches(notes: readonly TimedNote[], count: number, song: number): (readonly TimedNote[])[] {
  if (count === 0) return [notes];
  const random = new Random(song + 1, 'measure beats');
  const start = notes[0].startSeconds;
  const room = Math.max(0, notes[notes.length - 1].startSeconds - start - EXCERPT_SECONDS);
  return Array.from({ length: count }, () => {
    const from = start + random.next() * room;
    return notes.filter((note) => note.startSeconds >= from && note.startSeconds < from + EXCERPT_SECONDS);
  }).filter((part) => part.length >= 8);
}

function judge(tracker: BeatTracker, notes: readonly TimedNote[], known: KnownBeats) {
  const began = performance.now();
  const grid = tracker.track(notes);
  const ms = performance.now() - began;
  const low = notes[0].startSeconds - 0.07;
  const high = notes[notes.length - 1].startSeconds + 0.07;
  const within = (times: readonly number[]) => times.filter((time) => time >= low && time <= high);
  const times = within(known.times);
  const downs = within(known.times.filter((_, i) => known.places[i] === 0));
  const found = within(grid.beatTimes);
  const knownDown = known.places.flatMap((place, i) => (place === 0 ? [i] : []));
  const folded = (beatTimes: readonly number[], downbeats: readonly number[]) =>
    within(foldOctaves(lineOfGrid({ beatTimes, downbeats, beatsPerBar: 4, certainty: 1 }, notes)).seconds);
  return {
    f: beatScore(found, times),
    any: beatScoreAnyOctave(found, times),
    down: beatScore(within(grid.downbeats.map((i) => grid.beatTimes[i])), downs),
    folded: beatScore(folded(grid.beatTimes, grid.downbeats), folded(known.times, knownDown)),
    certainty: grid.certainty,
    ms,
  };
}
