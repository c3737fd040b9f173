import { requireInput } from '../error.ts';
import { indexBars } from '../tokens/bars.ts';
import { returnDistances } from '../tokens/form.ts';
import { soundingClasses } from '../tokens/sounding-classes.ts';
import { ELEMENTS, type Element, WORD_WIDTH, type Words } from '../tokens/vocabulary.ts';
import { alignWords } from './align-words.ts';
import { BeatGrid } from './beat-grid.ts';
import type { Emotion } from './emotion-embedding.ts';
import type { Codes } from './encoder.ts';
import { joinWords } from './generate.ts';
import { settleHarmony } from './harmony-transfer.ts';
import { likelyCodes } from './likely-codes.ts';
import type { Muser } from './muser.ts';
import { type LanePlan, modeValue } from './plan.ts';
import { scriptOf, splitBars } from './script.ts';
import type { SessionOptions } from './session.ts';
import type { ElementSource, TransferJob } from './transfer-job.ts';

/**
 * Writes pieces again from their codes, with the codes of some elements taken from other pieces: bar k with bar k, beat
 * with beat; a shorter source is repeated by whole bars. Chords are not left to codes: whatever brings the pitches is
 * re-harmonised to them first (see settleHarmony). All jobs run as one batch.
 * @returns grammatical words with the bars of each job's own piece
 */
export async function transfer(
  muser: Muser,
  jobs: readonly TransferJob[],
  options: SessionOptions = {},
): Promise<Words[]> {
  const encode = remembered((words: Words) => muser.encode(words));
  const settled = jobs.map(settle);
  const plans: LanePlan[] = [];
  // One after the other: an engine's answers are views that another call may take away.
  for (const [i, job] of settled.entries())
    if (!isWritten(job))
      plans.push(
        await planTransfer(
          muser,
          job,
          MOVING.some((e) => jobs[i].sources[e]),
          encode,
        ),
      );
  const written = plans.length > 0 ? await writeAll(muser, plans, options) : [];
  return settled.map((job) => (isWritten(job) ? job.words : written.shift()!));
}

/** True if nothing is left to write: all words are kept, with the chords that were asked for. */
const isWritten = ({ keep, sources }: TransferJob): boolean => keep && Object.keys(sources).length === 0;

async function writeAll(muser: Muser, plans: readonly LanePlan[], options: SessionOptions): Promise<Words[]> {
  const session = muser.open(plans, options);
  try {
    const bars: Words[][] = plans.map(() => []);
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

function settle(job: TransferJob): TransferJob {
  for (const e of ELEMENTS) {
    const amount = job.sources[e]?.amount ?? 0;
    requireInput(amount >= 0 && amount <= 1, `the amount of ${e} must be 0 to 1, got ${amount}`);
  }
  const sources = Object.fromEntries(Object.entries(job.sources).filter(([, { amount }]) => amount > 0));
  return settleHarmony({ ...job, sources });
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

/** Elements with which notes are found anew, to sound in the harmony of whatever brings the pitches. */
const MOVING: readonly Element[] = ['chord', 'pitch', 'type', 'barBeat'];

async function planTransfer(
  muser: Muser,
  job: TransferJob,
  inHarmony: boolean,
  encode: Encode,
): Promise<LanePlan> {
  const sources = ELEMENTS.flatMap((e) => (job.sources[e] ? [[e, job.sources[e]] as const] : []));
  const free = new Set(sources.map(([e]) => e));
  const bars = splitBars(job.words);
  const beats = bars.map((bar) => bar.chords.length);
  // Whatever brings the pitches brings the bars that return, too.
  const form = returnDistances(job.sources.pitch?.words ?? job.words);
  const classes = soundingClasses(job.sources.pitch?.words ?? job.words);
  return {
    seed: job.seed,
    mode: modeValue(job.mode),
    bars: bars.length,
    ends: false,
    beatsOf: (bar) => beats[bar],
    emotionOf: emotionOf(job.emotion),
    formOf: (bar) => form[bar],
    ...(await codesOf(muser, job, sources, form, encode)),
    classesOf: inHarmony ? (bar, beat) => classes[bar][beat % classes[bar].length] : undefined,
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
  form: readonly number[],
  encode: Encode,
): Promise<Partial<LanePlan>> {
  const { config } = muser;
  if (config.codeRate === 'word') return { wordCodes: await wordCodes(muser, job, sources, encode) };
  const bars = indexBars(job.words).beats;
  const own = new BeatGrid(job.words, await encode(job.words));
  const from = new Map<string, { grid: BeatGrid; amount: number }>();
  for (const [e, { words, amount }] of sources)
    from.set(e, { grid: new BeatGrid(words, await encode(words)), amount });
  const books = config.books.map((book, i) => ({
    source: from.get(book.element),
    codebook: muser.codebook(i),
  }));
  const mixed = bars.map((beats, bar) =>
    Array.from({ length: beats }, (_, beat) => {
      const codes = own.at(bar, beat);
      return books.map(({ source, codebook }, i) =>
        source ? codebook.between(codes[i], source.grid.at(bar, beat)[i], source.amount) : codes[i],
      );
    }),
  );
  const firmness = config.books.map(({ element }) => firmnessOf(job, element));
  const codes =
    sources.length > 0
      ? await likelyCodes(muser, { mode: modeValue(job.mode), form, codes: mixed, firmness })
      : mixed;
  return { codesGiven: true, codesOf: (bar, beat) => codes[bar][beat] };
}

/**
 * How firmly codes stay what they are (see likelyCodes), as B brings them and as A has them; null = wholly. Rhythm and pitch
 * are what B's other elements went with, so they bend; tempo and velocity go with anything.
 */
const FIRMNESS: Readonly<Record<Element, { readonly taken: number | null; readonly own: number | null }>> = {
  tempo: { taken: null, own: null },
  chord: { taken: null, own: null },
  barBeat: { taken: 0.7, own: 0.5 },
  type: { taken: 0.7, own: 1 },
  pitch: { taken: 0.8, own: 0.6 },
  duration: { taken: 2, own: 1.2 },
  velocity: { taken: null, own: 0.6 },
};

/** null where A's words are kept as they are, so that other codes would only mislead. */
function firmnessOf({ sources, keep }: TransferJob, element: Element | '*'): number | null {
  if (element === '*') return null;
  if (element in sources) return FIRMNESS[element].taken;
  const rhythm = 'type' in sources || 'barBeat' in sources;
  return keep && !rhythm ? null : FIRMNESS[element].own;
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
