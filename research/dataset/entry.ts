import { AffettoError } from '../../src/model/error.ts';
import type { BeatTracker } from '../../src/model/music/beat-tracker.ts';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import type { Key } from '../../src/model/music/piece.ts';
import { indexBars } from '../../src/model/tokens/bars.ts';
import { pieceToWords } from '../../src/model/tokens/encode.ts';
import { returnDistances } from '../../src/model/tokens/form.ts';
import { shiftOfTonic } from '../../src/model/tokens/values.ts';
import { WORD_WIDTH, type Words } from '../../src/model/tokens/vocabulary.ts';
import { checkSegments } from './segments.ts';
import type { Job } from './sources.ts';

/** What the trainer is told about one file's words. Rounded: it is written for 2,650 files. */
export interface Entry {
  readonly length: number;
  /** Word index of each Bar word, from the entry's first word. */
  readonly bars: number[];
  readonly barBeats: number[];
  /** Return distance of each bar. */
  readonly form: number[];
  readonly key: Key;
  readonly modeConfidence: number;
  /** Semitones that were added to the music's pitches. */
  readonly shift: number;
  readonly isPerformance: boolean;
  readonly gridConfidence: number;
  readonly beatCertainty?: number;
  /** Of the median beat. */
  readonly bpm: number;
  /** As played. */
  readonly secondsPerBar: number[];
  /** Where the first bar begins in the file. */
  readonly startSeconds: number;
  readonly seconds: number;
}

export interface Built {
  readonly words: Words;
  readonly entry: Entry;
  /** Eight-bar segments that were taken apart and put together again, and those that came back different. */
  readonly segments: { readonly lengths: number[]; readonly broken: number };
}

/** The fewest bars and notes that are worth learning from. */
const LEAST_BARS = 2;

/**
 * Words of one MIDI file. Pop1k7 keeps the grid of its own tempo map; EMOPIA is performance and needs the beat tracker.
 * Throws an input error if the file cannot be used, with the reason.
 */
export function buildEntry(bytes: Uint8Array, job: Job, beatTracker?: BeatTracker): Built {
  const song = parseMidi(bytes, `${job.id}.mid`);
  const imported = importPiece(
    song,
    job.source === 'pop1k7'
      ? { grid: 'file', octaveFold: true }
      : { grid: 'track', octaveFold: true, beatTracker },
  );
  const { piece } = imported;
  if (piece.barBeats.length < LEAST_BARS) {
    throw new AffettoError(`${job.id}.mid: only ${piece.barBeats.length} bar, too short to learn from`);
  }
  const words = pieceToWords(piece);
  const { starts, beats } = indexBars(words);
  const { beatTimes, endSeconds } = imported;
  const entry: Entry = {
    length: words.length / WORD_WIDTH,
    bars: starts,
    barBeats: beats,
    form: returnDistances(words),
    key: piece.key,
    modeConfidence: round(imported.key.confidence),
    shift: shiftOfTonic(piece.key.tonic),
    isPerformance: imported.isPerformance,
    gridConfidence: round(imported.gridConfidence),
    beatCertainty: job.source === 'emopia' ? round(imported.beatCertainty) : undefined,
    bpm: round(imported.bpm),
    secondsPerBar: secondsPerBar(beatTimes, endSeconds, beats),
    startSeconds: round(beatTimes[0]),
    seconds: round(endSeconds - beatTimes[0]),
  };
  return { words, entry, segments: checkSegments(words, piece.key) };
}

/** What each bar lasted as it was played: beat i began at times[i], the last ended at `end`. */
function secondsPerBar(times: readonly number[], end: number, beats: readonly number[]): number[] {
  let first = 0;
  return beats.map((count) => {
    const start = times[first];
    first += count;
    return round((first < times.length ? times[first] : end) - start);
  });
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
