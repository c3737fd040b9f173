import { EmbeddingSum } from '../muser/embedding.ts';
import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from '../muser/emotion-embedding.ts';
import { addVector, Table } from '../muser/table.ts';
import { PRIOR_FEATURES } from './config.ts';
import type { GeneratorEngine, Head, WindowStack } from './engine.ts';
import { NEW_BAR } from './returns.ts';
import type { GeneratorWeights } from './weights.ts';

/** What a beat of a lane is told. */
export interface PriorInput {
  readonly lane: number;
  /** Plans of all beats before. */
  readonly before: readonly ArrayLike<number>[];
  /** Beat of the bar, bars to the end (0 = not told), mode (0 = not told), bar of the phrase. */
  readonly features: ArrayLike<number>;
  /** Beats from the start. */
  readonly time: number;
  readonly emotion: Emotion | null;
  /** How the bar of the beat before comes back (returns.ts); 0 at the start. */
  readonly returnedBefore: number;
  /** The beat opens its bar. */
  readonly isFirst: boolean;
}

/** How the bar of a beat comes back, and the codes of the beat that does; null where none does. */
export interface Returned {
  readonly value: number;
  readonly codes: ArrayLike<number> | null;
}

/** Says of each row how its bar comes back. `logits`: a row of RETURN_VALUES each; null where no bar begins. */
export type ChooseReturns = (logits: Float32Array | null) => readonly Returned[];

/** Chooses the code of each row of a group; row r of `logits` begins at r * its length / rows. */
export type ChooseCodes = (group: number, logits: Float32Array) => ArrayLike<number>;

/** Writes the plan beat by beat; within a beat the groups' codes one after another, each knowing those before it. */
export class Prior {
  readonly stack: WindowStack;
  /** Tables of the beats that lie so far back, group by group. */
  readonly #before: readonly { readonly lag: number; readonly tables: readonly Table[] }[];
  readonly #chain: readonly Table[];
  readonly #heads: readonly Head[];
  readonly #returns: Head;
  readonly #returnedBefore: Table;
  readonly #returned: Table;
  readonly #returnedCodes: readonly Table[];
  /** What is added to the logit of a code that returns: a row a value, a column a group. */
  readonly #copy: Table;
  readonly #embed: EmbeddingSum;
  readonly #emotion: EmotionEmbedding;
  readonly #x: Float32Array;
  readonly #state: Float32Array;

  constructor(weights: GeneratorWeights, engine: GeneratorEngine, lanes: number, room?: number) {
    const { groups, prior } = weights.config;
    this.stack = engine.stack('prior', prior.stack, lanes, room);
    const before = (lag: number, at: string) => ({
      lag,
      tables: groups.map(({ name }) => Table.of(weights, `prior.${at}.${name}`)),
    });
    this.#before = [before(1, 'last'), ...prior.lags.map((lag) => before(lag, `earlier.${lag}`))];
    this.#chain = groups.map(({ name }) => Table.of(weights, `prior.chain.${name}`));
    this.#heads = groups.map(({ name }) => engine.head(`prior.heads.${name}`, lanes));
    this.#returns = engine.head('prior.returns.head', lanes);
    this.#returnedBefore = Table.of(weights, 'prior.returns.before');
    this.#returned = Table.of(weights, 'prior.returns.value');
    this.#returnedCodes = groups.map(({ name }) => Table.of(weights, `prior.returns.codes.${name}`));
    this.#copy = Table.of(weights, 'prior.returns.copy');
    this.#embed = new EmbeddingSum(weights, 'prior.embed', PRIOR_FEATURES);
    this.#emotion = createEmotionEmbedding(weights, { emotion: 'continuous' }, 'prior.emotion', '');
    this.#x = new Float32Array(lanes * prior.stack.width);
    this.#state = new Float32Array(lanes * prior.stack.width);
  }

  /** The next beat of some lanes: `chooseReturns` is asked first, then `choose` group by group. */
  step(inputs: readonly PriorInput[], chooseReturns: ChooseReturns, choose: ChooseCodes): void {
    const { width } = this.stack;
    for (const [row, { before, features, emotion, returnedBefore }] of inputs.entries()) {
      const at = row * width;
      this.#embed.write(features, this.#x, at);
      this.#returnedBefore.add(returnedBefore, this.#x, at);
      addVector(this.#emotion.vector(emotion), this.#x, at);
      for (const { lag, tables } of this.#before) {
        const codes = before[before.length - lag];
        if (codes) for (const [group, table] of tables.entries()) table.add(codes[group], this.#x, at);
      }
    }
    const lanes = inputs.map(({ lane }) => lane);
    const times = inputs.map(({ time }) => time);
    this.#state.set(this.stack.step(this.#x, lanes, times).subarray(0, inputs.length * width));
    const begins = inputs.some(({ isFirst }) => isFirst);
    const returned = chooseReturns(begins ? this.#returns.apply(this.#state, inputs.length) : null);
    for (const [row, { value, codes }] of returned.entries()) {
      this.#returned.add(value, this.#state, row * width);
      if (!codes) continue;
      for (const [group, table] of this.#returnedCodes.entries())
        table.add(codes[group], this.#state, row * width);
    }
    for (const [group, head] of this.#heads.entries()) {
      const logits = head.apply(this.#state, inputs.length);
      for (const [row, { value, codes }] of returned.entries())
        if (value !== NEW_BAR && codes)
          logits[row * head.outputs + codes[group]] += this.#copy.row(value)[group];
      const codes = choose(group, logits);
      for (let row = 0; row < inputs.length; row++)
        this.#chain[group].add(codes[row], this.#state, row * width);
    }
  }

  dispose(): void {
    this.stack.dispose();
    this.#returns.dispose();
    for (const head of this.#heads) head.dispose();
  }
}
