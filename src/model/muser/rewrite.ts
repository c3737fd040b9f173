import { requireInput } from '../error.ts';
import { returnDistances } from '../tokens/form.ts';
import type { Element, Words } from '../tokens/vocabulary.ts';
import { BeatGrid } from './beat-grid.ts';
import type { Emotion } from './emotion-embedding.ts';
import { joinWords } from './generate.ts';
import type { Muser } from './muser.ts';
import { type LanePlan, modeValue } from './plan.ts';
import { scriptOf, splitBars } from './script.ts';
import type { SessionOptions, WordListener } from './session.ts';
import type { Steer } from './steering.ts';
import { withCodeMasks } from './steering-codes.ts';

/** Music of which a part is to be written anew. */
export interface RewriteJob {
  readonly words: Words;
  /** Elements written anew within [fromBar, toBar); everything else stays. */
  readonly renew: ReadonlySet<Element>;
  readonly fromBar: number;
  readonly toBar: number;
  readonly mode: 'major' | 'minor' | null;
  /** Emotion of each bar; the last holds on. */
  readonly emotion: readonly Emotion[];
  readonly tempo?: number;
  /** False: the music goes on behind its last bar; absent: it closes there, if that bar is new. */
  readonly ends?: boolean;
  /** Limits that whatever is written anew keeps to. */
  readonly steer?: Steer;
}

/** A part written anew. */
export interface RewrittenPart {
  readonly seed: number;
  /** All bars of the job. */
  readonly words: Words;
  /**
   * How likely the model found it, as sums of log probabilities (nats): of the words and codes that it chose, and of the
   * codes of what is kept, after and beside them.
   */
  readonly likelihood: { readonly words: number; readonly codes: number; readonly kept: number };
}

const NONE: ReadonlySet<Element> = new Set();

/**
 * Lock and re-roll: the named elements of some bars anew, under the given emotion, the rest word for word. The prior
 * chooses the codes of what is renewed, knowing those of what is kept. One lane a seed.
 */
export async function rewrite(
  muser: Muser,
  job: RewriteJob,
  seeds: readonly number[],
  options: SessionOptions & { readonly onWord?: WordListener } = {},
): Promise<RewrittenPart[]> {
  const plan = await planRewrite(muser, job);
  const session = muser.open(
    seeds.map((seed) => ({ ...plan, seed })),
    options,
  );
  try {
    const bars: Words[][] = seeds.map(() => []);
    for (let bar = 0; bar < plan.bars!; bar++)
      (await session.nextBar(options.onWord)).forEach((words, i) => {
        if (words) bars[i].push(words);
      });
    return seeds.map((seed, i) => {
      const { ofWords, ofCodes, ofKept } = session.lanes[i].likelihood;
      return {
        seed,
        words: joinWords(bars[i]),
        likelihood: { words: ofWords, codes: ofCodes, kept: ofKept },
      };
    });
  } finally {
    session.dispose();
  }
}

async function planRewrite(muser: Muser, job: RewriteJob): Promise<LanePlan> {
  const bars = splitBars(job.words);
  requireInput(
    job.fromBar >= 0 && job.fromBar < job.toBar && job.toBar <= bars.length,
    `bars ${job.fromBar}..${job.toBar} do not lie within the piece's ${bars.length}`,
  );
  const renewed = (bar: number): boolean => bar >= job.fromBar && bar < job.toBar;
  const form = returnDistances(job.words);
  const base: LanePlan = {
    seed: 0,
    mode: modeValue(job.mode),
    bars: bars.length,
    ends: (job.ends ?? true) && job.toBar === bars.length,
    beatsOf: (bar) => bars[bar].chords.length,
    emotionOf: (bar) => job.emotion[Math.min(bar, job.emotion.length - 1)] ?? null,
    moves: true,
    formOf: (bar) => (renewed(bar) && job.renew.has('pitch') ? undefined : form[bar]),
    tempo: job.renew.has('tempo') ? job.tempo : undefined,
    scriptOf: scriptOf(bars, (bar) => (renewed(bar) ? job.renew : NONE)),
    steer: job.steer,
  };
  if (muser.config.codeRate === 'word') return base;
  const grid = new BeatGrid(job.words, await muser.encode(job.words));
  const { books } = muser.config;
  return withCodeMasks(muser.weights, muser.engine, {
    ...base,
    codesOf: (bar, beat) => {
      const codes = grid.at(bar, beat);
      if (!renewed(bar)) return codes;
      return books.map(({ element }, i) => (element !== '*' && job.renew.has(element) ? -1 : codes[i]));
    },
  });
}
