import { mean } from '../../model/emotion/statistics.ts';
import { codeLikelihood } from '../../model/evaluation/code-likelihood.ts';
import { movement, type Swap } from '../../model/evaluation/transfer.ts';
import { ELEMENTS, type Element, type Words } from '../../model/tokens/vocabulary.ts';
import { type Excerpt, excerpt } from './data.ts';
import { jobOf, runJobs } from './free-running.ts';
import { type Context, ofSplit, type Section, spread } from './section.ts';

/** Element of each statistic -> how far it moved from A (0) to B (1). */
export type Movement = Readonly<Record<Element, number>>;
/** Swapped element -> movements. */
export type Movements = Readonly<Record<Element, Movement>>;

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
}

/** Log probability (nats) a beat of the result's codes, means over the pairs. */
export interface TransferLikelihood {
  readonly none: number;
  readonly free: Movement;
  readonly kept: Movement;
}

/** One element of a donor in a host, for each element. */
export const transferSection: Section<TransferFigures | null> = {
  name: 'transfer',
  async run({ muser }, context) {
    const pairs = pairUp(context);
    if (pairs.length === 0) return null;
    const rounds = 2 * ELEMENTS.length + 1;
    let round = 0;
    const play = async (element: Element | null, keep: boolean): Promise<Words[]> => {
      const jobs = pairs.map(([a, b], i) => ({
        ...jobOf(a, context.seed + i),
        sources: element ? { [element]: { words: b.words, amount: 1 } } : {},
        keep,
      }));
      const made = await runJobs(
        muser,
        jobs,
        { ...context.settings.transfer, signal: context.signal },
        (done) => context.show('transfer', round * pairs.length + done, rounds * pairs.length),
      );
      round++;
      return made;
    };
    const plain = await play(null, false);
    const free = await forElements((element) => play(element, false));
    const kept = await forElements((element) => play(element, true));
    const likelihood = (made: readonly Words[]) =>
      codeLikelihood(
        muser,
        made.map((words, i) => ({ words, mode: pairs[i][0].key.mode })),
      ).then((scores) => scores && mean(scores));
    const none = await likelihood(plain);
    const original = (made: readonly Words[]) =>
      movementOf(
        pairs,
        pairs.map(([a]) => a.words),
        made,
      );
    return {
      pairs: pairs.length,
      free: await forElements((element) => original(free[element])),
      none: original(plain),
      freeFromReconstruction: await forElements((element) => movementOf(pairs, plain, free[element])),
      kept: await forElements((element) => original(kept[element])),
      likelihood:
        none === null
          ? undefined
          : {
              none,
              free: await forElements(async (element) => (await likelihood(free[element]))!),
              kept: await forElements(async (element) => (await likelihood(kept[element]))!),
            },
    };
  },
};

async function forElements<T>(of: (element: Element) => T | Promise<T>): Promise<Record<Element, T>> {
  const entries: [Element, T][] = [];
  for (const element of ELEMENTS) entries.push([element, await of(element)]);
  return Object.fromEntries(entries) as Record<Element, T>;
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
