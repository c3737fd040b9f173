import { mean } from '../../src/model/emotion/statistics.ts';
import { modeAfter } from '../../src/model/muser/harmony-transfer.ts';
import type { Mode } from '../../src/model/tokens/reharmonise-words.ts';
import { ELEMENTS, type Element, type Words } from '../../src/model/tokens/vocabulary.ts';
import { codeLikelihood } from '../evaluation/code-likelihood.ts';
import { heardShare } from '../evaluation/heard-chords.ts';
import { movement, type Swap } from '../evaluation/transfer.ts';
import { type Excerpt, excerpt } from './data.ts';
import { jobOf, runJobs } from './free-running.ts';
import { type Context, ofSplit, type Section, spread } from './section.ts';

/** What is swapped: an element, or type and barBeat at once, which is how rhythms are taken. */
export const SWAPPED = [...ELEMENTS, 'rhythm'] as const;
export type Swapped = (typeof SWAPPED)[number];
export const elementsOf = (swapped: Swapped): readonly Element[] =>
  swapped === 'rhythm' ? ['type', 'barBeat'] : [swapped];

type Each<T> = Readonly<Record<Element, T> & Partial<Record<'rhythm', T>>>;
/** Element of each statistic -> how far it moved from A (0) to B (1). */
export type Movement = Readonly<Record<Element, number>>;
/** Swapped -> movements. */
type Movements = Each<Movement>;

export interface TransferFigures {
  readonly pairs: number;
  /** Everything decoded from mixed codes, against A's own values. */
  readonly free: Movements;
  /** Nothing swapped: what imperfect reconstruction alone looks like. */
  readonly none: Movement;
  /** The same runs against what the model makes of A with nothing swapped. */
  readonly freeFromReconstruction: Movements;
  /** As the app does it: elements that were not taken keep A's words wherever notes still pair. */
  readonly kept: Movements;
  /** How likely the model's prior finds what came out; absent for models with a code a word. */
  readonly likelihood?: TransferLikelihood;
  readonly heard?: HeardChords;
}

/** Log probability (nats) a beat of the result's codes, means over the pairs. */
export interface TransferLikelihood {
  readonly none: number;
  readonly free: Each<number>;
  readonly kept: Each<number>;
}

/** Share of beats in which the chord finder hears in the notes the chord that should be there: B's if chords were swapped. */
interface HeardChords {
  /** A's own chords in A's own notes. */
  readonly own: number;
  readonly none: number;
  readonly free: Each<number>;
  readonly kept: Each<number>;
}

/** One element of a donor in a host, for each element, and the rhythm. */
export const transferSection: Section<TransferFigures | null> = {
  name: 'transfer',
  async run({ muser }, context) {
    const pairs = pairUp(context);
    if (pairs.length === 0) return null;
    const rounds = 2 * SWAPPED.length + 1;
    let round = 0;
    const play = async (swapped: Swapped | null, keep: boolean): Promise<Round> => {
      const taken = swapped === null ? [] : elementsOf(swapped);
      const jobs = pairs.map(([a, b], i) => ({
        ...jobOf(a, context.seed + i),
        sources: Object.fromEntries(
          taken.map((element) => [element, { words: b.words, amount: 1, mode: b.key.mode }]),
        ),
        keep,
      }));
      const made = await runJobs(
        muser,
        jobs,
        { ...context.settings.transfer, signal: context.signal },
        (done) => context.show('transfer', round * pairs.length + done, rounds * pairs.length),
      );
      round++;
      return {
        made,
        modes: jobs.map(modeAfter),
        chordsOf: pairs.map(([a, b]) => (taken.includes('chord') ? b : a).words),
      };
    };
    const plain = await play(null, false);
    const free = await forSwapped((swapped) => play(swapped, false));
    const kept = await forSwapped((swapped) => play(swapped, true));
    const likelihood = ({ made, modes }: Round) =>
      codeLikelihood(
        muser,
        made.map((words, i) => ({ words, mode: modes[i] })),
      ).then((scores) => scores && mean(scores));
    const none = await likelihood(plain);
    const own = pairs.map(([a]) => a.words);
    const original = ({ made }: Round) => movementOf(pairs, own, made);
    return {
      pairs: pairs.length,
      free: await forSwapped((swapped) => original(free[swapped])),
      none: original(plain),
      freeFromReconstruction: await forSwapped((swapped) =>
        movementOf(pairs, plain.made, free[swapped].made),
      ),
      kept: await forSwapped((swapped) => original(kept[swapped])),
      likelihood:
        none === null
          ? undefined
          : {
              none,
              free: await forSwapped(async (swapped) => (await likelihood(free[swapped]))!),
              kept: await forSwapped(async (swapped) => (await likelihood(kept[swapped]))!),
            },
      heard: {
        own: heardShare(own.map((words) => ({ words, chordsOf: words }))),
        none: heardIn(plain),
        free: await forSwapped((swapped) => heardIn(free[swapped])),
        kept: await forSwapped((swapped) => heardIn(kept[swapped])),
      },
    };
  },
};

/** What came out of the pairs with one thing swapped, its modes, and the words whose chords it should have. */
interface Round {
  readonly made: readonly Words[];
  readonly modes: readonly (Mode | null)[];
  readonly chordsOf: readonly Words[];
}

const heardIn = ({ made, chordsOf }: Round): number =>
  heardShare(made.map((words, i) => ({ words, chordsOf: chordsOf[i] })));

async function forSwapped<T>(of: (swapped: Swapped) => T | Promise<T>): Promise<Record<Swapped, T>> {
  const entries: [Swapped, T][] = [];
  for (const swapped of SWAPPED) entries.push([swapped, await of(swapped)]);
  return Object.fromEntries(entries) as Record<Swapped, T>;
}

function movementOf(
  pairs: readonly (readonly [Excerpt, Excerpt])[],
  from: readonly Words[],
  made: readonly Words[],
): Movement {
  const swaps = made.map((out, i): Swap => ({ a: from[i], b: pairs[i][1].words, out }));
  return Object.fromEntries(ELEMENTS.map((element) => [element, movement(swaps, element)])) as Movement;
}

/** Held-out clips in pairs with the same bars: each with the one half the list further on. */
function pairUp({ emopia, pop1k7, sizes }: Context): [Excerpt, Excerpt][] {
  const held = ofSplit(emopia.length > 0 ? emopia : pop1k7, 'val')
    .map((clip) => excerpt(clip, sizes.bars))
    .filter(({ barBeats }) => barBeats.length === sizes.bars && barBeats.every((beats) => beats === 4));
  const half = held.length >> 1;
  const pairs = held.slice(0, 2 * half).map((a, i): [Excerpt, Excerpt] => [a, held[(i + half) % (2 * half)]]);
  return spread(pairs, sizes.pairs);
}
