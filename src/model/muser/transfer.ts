import { requireInput } from '../error.ts';
import { returnDistances } from '../tokens/form.ts';
import { ELEMENTS, type Element, WORD_WIDTH, type Words } from '../tokens/vocabulary.ts';
import { alignWords } from './align-words.ts';
import { BeatGrid } from './beat-grid.ts';
import type { Emotion } from './emotion-embedding.ts';
import type { Codes } from './encoder.ts';
import { joinWords } from './generate.ts';
import type { Muser } from './muser.ts';
import { type LanePlan, modeValue } from './plan.ts';
import { scriptOf, splitBars } from './script.ts';
import type { SessionOptions } from './session.ts';

/** Where an element comes from: another piece's words, and how far to go there (0..1). */
export interface ElementSource {
  readonly words: Words;
  readonly amount: number;
}

/** One piece to be written again with some elements from elsewhere; none = plain reconstruction. */
export interface TransferJob {
  readonly words: Words;
  readonly sources: Partial<Readonly<Record<Element, ElementSource>>>;
  readonly mode: 'major' | 'minor' | null;
  /** What the result should feel like, one or one a bar; null = untold. */
  readonly emotion: Emotion | readonly Emotion[] | null;
  readonly seed: number;
  /**
   * True: elements without a source keep their words exactly. If the rhythm (type or barBeat) has a source, notes no longer
   * pair, and only chord and tempo are kept. False: everything is decoded from the codes.
   */
  readonly keep: boolean;
}

/**
 * Writes pieces again from their codes, with the codes of some elements taken from other pieces: bar k with bar k, beat
 * with beat; a shorter source is repeated by whole bars. All jobs run as one batch.
 * @returns grammatical words with the bars of each job's own piece
 */
export async function transfer(
  muser: Muser,
  jobs: readonly TransferJob[],
  options: SessionOptions = {},
): Promise<Words[]> {
  const encode = remembered((words: Words) => muser.encode(words));
  const plans: LanePlan[] = [];
  // One after the other: an engine's answers are views that another call may take away.
  for (const job of jobs) plans.push(await planTransfer(muser, job, encode));
  const session = muser.open(plans, options);
  try {
    const bars: Words[][] = jobs.map(() => []);
    for (;;) {
      const next = await session.nextBar();
      next.forEach((words, i) => {
        if (words) bars[i].push(words);
      });
      if (next.every((words) => words === null)) return bars.map(joinWords);
    }
  } finally {
    session.dispose();
  }
}

type Encode = (words: Words) => Promise<Codes>;

/** Encodes each piece once. */
function remembered(encode: Encode): Encode {
  const known = new Map<Words, Promise<Codes>>();
  return (words) => {
    const codes = known.get(words) ?? encode(words);
    known.set(words, codes);
    return codes;
  };
}

async function planTransfer(muser: Muser, job: TransferJob, encode: Encode): Promise<LanePlan> {
  const sources = ELEMENTS.flatMap((e) => (job.sources[e] ? [[e, job.sources[e]] as const] : []));
  for (const [e, { amount }] of sources)
    requireInput(amount >= 0 && amount <= 1, `the amount of ${e} must be 0 to 1, got ${amount}`);
  const free = new Set(sources.filter(([, { amount }]) => amount > 0).map(([e]) => e));
  const bars = splitBars(job.words);
  const beats = bars.map((bar) => bar.chords.length);
  // Whatever brings the pitches brings the bars that return, too.
  const form = returnDistances(job.sources.pitch?.words ?? job.words);
  return {
    seed: job.seed,
    mode: modeValue(job.mode),
    bars: bars.length,
    ends: false,
    beatsOf: (bar) => beats[bar],
    emotionOf: emotionOf(job.emotion),
    formOf: (bar) => form[bar % form.length],
    ...(await codesOf(muser, job, sources, encode)),
    scriptOf: job.keep ? scriptOf(bars, () => free) : undefined,
  };
}

function emotionOf(emotion: TransferJob['emotion']): LanePlan['emotionOf'] {
  const path: readonly (Emotion | null)[] = Array.isArray(emotion) ? emotion : [emotion as Emotion | null];
  return (bar) => path[Math.min(bar, path.length - 1)] ?? null;
}

type Sources = readonly (readonly [Element, ElementSource])[];

async function codesOf(
  muser: Muser,
  job: TransferJob,
  sources: Sources,
  encode: Encode,
): Promise<Partial<LanePlan>> {
  const { config } = muser;
  if (config.codeRate === 'word') return { wordCodes: await wordCodes(muser, job, sources, encode) };
  const own = new BeatGrid(job.words, await encode(job.words));
  const from = new Map<string, { grid: BeatGrid; amount: number }>();
  for (const [e, { words, amount }] of sources)
    from.set(e, { grid: new BeatGrid(words, await encode(words)), amount });
  const books = config.books.map((book, i) => ({
    source: from.get(book.element),
    codebook: muser.codebook(i),
  }));
  return {
    codesGiven: true,
    codesOf: (bar, beat) => {
      const codes = own.at(bar, beat);
      return books.map(({ source, codebook }, i) =>
        source ? codebook.between(codes[i], source.grid.at(bar, beat)[i], source.amount) : codes[i],
      );
    },
  };
}

/** A code an element and word: slices of a shared code cannot be mixed by degrees, so half-way and more takes the other's. */
async function wordCodes(
  muser: Muser,
  job: TransferJob,
  sources: Sources,
  encode: Encode,
): Promise<number[][]> {
  const { elements } = muser.config;
  const own = (await encode(job.words)).map(([code]) => elements.map(() => code));
  for (const [e, { words, amount }] of sources) {
    if (amount < 0.5) continue;
    const other = await encode(words);
    const pairs = alignWords(job.words, words);
    own.forEach((codes, i) => {
      if (pairs[i] >= 0) codes[elements.indexOf(e)] = other[pairs[i]][0];
    });
  }
  return own.slice(0, job.words.length / WORD_WIDTH);
}
