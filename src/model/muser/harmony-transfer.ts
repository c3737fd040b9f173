import { indexBars } from '../tokens/bars.ts';
import { chordLine, chordsBetween, layOver } from '../tokens/chord-line.ts';
import { type Mode, reharmoniseWords } from '../tokens/reharmonise-words.ts';
import { repeatBars } from '../tokens/repeat-bars.ts';
import type { Words } from '../tokens/vocabulary.ts';
import type { TransferJob } from './transfer-job.ts';

/** The mode of what comes out: that of the chords, once at least half of them are the other's. */
export function modeAfter({ mode, sources: { chord } }: Pick<TransferJob, 'mode' | 'sources'>): Mode | null {
  return chord && chord.amount >= 0.5 ? (chord.mode ?? mode) : mode;
}

/**
 * The same job with its harmony settled: no chord is taken any more, the piece has the chords of its source, and whatever
 * brings the pitches (the piece or their source) is moved onto them.
 */
export function settleHarmony(job: TransferJob): TransferJob {
  const { chord, pitch, ...sources } = job.sources;
  const mode = modeAfter(job);
  const { beats } = indexBars(job.words);
  const own = chordLine(job.words).flat();
  const chords = chord
    ? chordsBetween(own, layOver(chordLine(chord.words), beats).flat(), chord.amount)
    : own;
  const moved = (words: Words, from: Mode | null | undefined): Words => {
    const repeated = repeatBars(words, beats.length);
    const line = chordLine(repeated).flat();
    const to = mode ?? 'major';
    return reharmoniseWords(repeated, line, chordsUnder(repeated, beats, chords), { from: from ?? to, to });
  };
  return {
    ...job,
    mode,
    words: chord ? moved(job.words, job.mode) : job.words,
    sources: pitch ? { ...sources, pitch: { ...pitch, words: moved(pitch.words, pitch.mode) } } : sources,
  };
}

/** Chords laid over the bars of a piece, which may be of other lengths than the bars that the chords are for. */
function chordsUnder(words: Words, barBeats: readonly number[], chords: readonly number[]): number[] {
  let beat = 0;
  const bars = barBeats.map((beats) => {
    beat += beats;
    return chords.slice(beat - beats, beat);
  });
  return layOver(bars, indexBars(words).beats).flat();
}
