import { indexBars } from '../tokens/bars.ts';
import { chordLine, chordsBetween, layOver } from '../tokens/chord-line.ts';
import { type Mode, reharmoniseWords } from '../tokens/reharmonise-words.ts';
import { repeatBars } from '../tokens/repeat-bars.ts';
import { WORD_WIDTH, type Words } from '../tokens/vocabulary.ts';
import type { TransferJob } from './transfer-job.ts';

/** The mode of what comes out: that of the chords, once at least half of them are the other's. */
export function modeAfter({ mode, sources: { chord } }: Pick<TransferJob, 'mode' | 'sources'>): Mode | null {
  return chord && chord.amount >= 0.5 ? (chord.mode ?? mode) : mode;
}

/**
 * The same job with its harmony settled: no chord is taken any more, the piece has the chords of its source, and whatever
 * brings the pitches (the piece or their source) is moved onto them.
 * @param width values a word
 */
export function settleHarmony(job: TransferJob, width = WORD_WIDTH): TransferJob {
  const { chord, pitch, ...sources } = job.sources;
  const mode = modeAfter(job);
  const { beats } = indexBars(job.words, width);
  const own = chordLine(job.words, width).flat();
  const chords = chord
    ? chordsBetween(own, layOver(chordLine(chord.words, width), beats).flat(), chord.amount)
    : own;
  const moved = (words: Words, from: Mode | null | undefined): Words => {
    const repeated = repeatBars(words, beats.length, width);
    const line = chordLine(repeated, width).flat();
    const to = mode ?? 'major';
    const under = chordsUnder(indexBars(repeated, width).beats, beats, chords);
    return reharmoniseWords(repeated, line, under, { from: from ?? to, to }, width);
  };
  return {
    ...job,
    mode,
    words: chord ? moved(job.words, job.mode) : job.words,
    sources: pitch ? { ...sources, pitch: { ...pitch, words: moved(pitch.words, pitch.mode) } } : sources,
  };
}

/** Chords of bars of some lengths laid over bars of other lengths. */
function chordsUnder(
  barBeats: readonly number[],
  chordBeats: readonly number[],
  chords: readonly number[],
): number[] {
  let beat = 0;
  const bars = chordBeats.map((beats) => {
    beat += beats;
    return chords.slice(beat - beats, beat);
  });
  return layOver(bars, barBeats).flat();
}
