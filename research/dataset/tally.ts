import {
  ELEMENTS,
  type Element,
  IGNORE,
  TYPE,
  TYPE_NOTE,
  VOCABULARY_SIZES,
  WORD_WIDTH,
} from '../../src/model/tokens/vocabulary.ts';
import type { Outcome } from './journal.ts';
import type { Job, Source } from './sources.ts';

/** The figures of one source that the report shows; percentiles at PERCENTILES. */
export interface Tally {
  readonly source: Source;
  readonly files: number;
  readonly used: number;
  readonly bySplit: Record<string, number>;
  readonly byQuadrant: Record<string, number>;
  readonly dropped: { id: string; reason: string }[];
  readonly words: number;
  readonly bars: number;
  readonly hours: number;
  readonly noteShare: number;
  readonly majorShare: number;
  readonly performances: number;
  /** Share of bars that return to an earlier one. */
  readonly returnShare: number;
  /** Bars by number of beats. */
  readonly barBeats: Record<string, number>;
  readonly bpm: number[];
  readonly beatCertainty?: number[];
  /** Words per segment of eight bars, and what taking them apart and putting them together again gave. */
  readonly segments: { count: number; broken: number; words: number[]; mean: number };
  /** How many words carry each value (for type: have it), index = value. */
  readonly histograms: Record<Element, number[]>;
}

export const PERCENTILES = [1, 5, 25, 50, 75, 90, 95, 99, 100];

/** Counts what a source gave. */
export function tally(source: Source, jobs: readonly Job[], outcomes: ReadonlyMap<string, Outcome>): Tally {
  const histograms = Object.fromEntries(
    ELEMENTS.map((element) => [element, new Array(VOCABULARY_SIZES[element]).fill(0)]),
  ) as Record<Element, number[]>;
  const dropped: Tally['dropped'] = [];
  const bySplit: Record<string, number> = {};
  const byQuadrant: Record<string, number> = {};
  const barBeats: Record<string, number> = {};
  const bpm: number[] = [];
  const certainties: number[] = [];
  const lengths: number[] = [];
  const sum = { words: 0, bars: 0, seconds: 0, notes: 0, major: 0, performances: 0, returns: 0, broken: 0 };
  for (const job of jobs) {
    const outcome = outcomes.get(job.id);
    if (!outcome) continue;
    if (!('words' in outcome)) {
      dropped.push({ id: job.id, reason: outcome.dropped });
      continue;
    }
    const { words, entry, segments } = outcome;
    count(bySplit, job.split);
    if (job.quadrant) count(byQuadrant, `Q${job.quadrant}`);
    for (const beats of entry.barBeats) count(barBeats, String(beats));
    for (let i = 0; i < words.length; i++) {
      const column = i % WORD_WIDTH;
      if (column === TYPE || words[i] !== IGNORE) histograms[ELEMENTS[column]][words[i]]++;
    }
    sum.words += entry.length;
    sum.bars += entry.bars.length;
    sum.seconds += entry.seconds;
    sum.major += entry.key.mode === 'major' ? 1 : 0;
    sum.performances += entry.isPerformance ? 1 : 0;
    sum.returns += entry.form.filter((distance) => distance > 0).length;
    sum.broken += segments.broken;
    lengths.push(...segments.lengths);
    bpm.push(entry.bpm);
    if (entry.beatCertainty !== undefined) certainties.push(entry.beatCertainty);
  }
  sum.notes = histograms.type[TYPE_NOTE];
  const used = bpm.length;
  return {
    source,
    files: jobs.length,
    used,
    bySplit,
    byQuadrant,
    dropped,
    words: sum.words,
    bars: sum.bars,
    hours: sum.seconds / 3600,
    noteShare: share(sum.notes, sum.words),
    majorShare: share(sum.major, used),
    performances: sum.performances,
    returnShare: share(sum.returns, sum.bars),
    barBeats,
    bpm: percentiles(bpm),
    beatCertainty: certainties.length ? percentiles(certainties) : undefined,
    segments: {
      count: lengths.length,
      broken: sum.broken,
      words: percentiles(lengths),
      mean: share(
        lengths.reduce((total, length) => total + length, 0),
        lengths.length,
      ),
    },
    histograms,
  };
}

/** Values at PERCENTILES; empty for no values. */
function percentiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  return PERCENTILES.map((p) => sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))]);
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
