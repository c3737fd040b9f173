import { correlation } from '../../src/model/emotion/statistics.ts';
import { Random } from '../../src/model/muser/random.ts';
import type { PlayedNote } from '../../src/model/music/beats/beat-features.ts';
import { beatScore, beatScoreAnyOctave } from '../../src/model/music/beats/score.ts';
import type { LearnedBeatTracker } from '../../src/model/music/beats/tracker.ts';
import { foldOctaves } from '../../src/model/music/octave-fold.ts';
import { lineOfGrid } from '../../src/model/music/tracked-grid.ts';
import { type BeatSet, beatPieces } from '../features/beat-sets.ts';
import type { KnownBeats } from '../features/file-beats.ts';

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
  /** Pieces whose bars are mostly of three beats, the share of them found so, and the share of the others. */
  readonly inThree: number;
  readonly threesFound: number;
  readonly threesFalse: number;
  readonly milliseconds: number;
}

/** Beats of held-out pieces (every nth) from the notes alone: whole ones, or `excerpts` random stretches of 35 s from each. */
export function measureBeats(
  tracker: LearnedBeatTracker,
  data: string,
  { set, every, excerpts }: { set: BeatSet; every: number; excerpts: number },
  progress: (done: number, total: number) => void,
): BeatFigures {
  const pieces = beatPieces(data, set, 'val').filter((_, i) => i % every === 0);
  const found: ReturnType<typeof judge>[] = [];
  pieces.forEach((piece, i) => {
    const { notes: all, known } = piece.read();
    for (const notes of stretches(all, excerpts, i)) found.push(judge(tracker, notes, known));
    progress(i + 1, pieces.length);
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
    ...threes(found),
    milliseconds: mean((item) => item.ms),
  };
}

function threes(found: readonly ReturnType<typeof judge>[]) {
  const share = (inThree: boolean): number => {
    const pieces = found.filter((item) => item.inThree === inThree);
    return pieces.length ? pieces.filter((item) => item.foundThree).length / pieces.length : 0;
  };
  const inThree = found.filter((item) => item.inThree).length;
  return { inThree, threesFound: share(true), threesFalse: share(false) };
}

/** Whether most beats stand in bars of three. */
function isInThree({ places }: KnownBeats): boolean {
  let inThree = 0;
  let start = 0;
  for (let i = 1; i <= places.length; i++) {
    if (i < places.length && places[i] !== 0) continue;
    if (i - start === 3) inThree += 3;
    start = i;
  }
  return inThree > places.length / 2;
}

const EXCERPT_SECONDS = 35;

function stretches(notes: readonly PlayedNote[], count: number, song: number): (readonly PlayedNote[])[] {
  if (count === 0) return [notes];
  const random = new Random(song + 1, 'measure beats');
  const start = notes[0].startSeconds;
  const room = Math.max(0, notes[notes.length - 1].startSeconds - start - EXCERPT_SECONDS);
  return Array.from({ length: count }, () => {
    const from = start + random.next() * room;
    return notes.filter((note) => note.startSeconds >= from && note.startSeconds < from + EXCERPT_SECONDS);
  }).filter((part) => part.length >= 8);
}

function judge(tracker: LearnedBeatTracker, notes: readonly PlayedNote[], known: KnownBeats) {
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
    inThree: isInThree(known),
    foundThree: grid.beatsPerBar === 3,
    ms,
  };
}
