import type { BarJudge, Choosing } from '../composing/bar-judge.ts';
import { AffettoError } from '../error.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { type BarMark, BarWriter } from './bar-writer.ts';
import type { GeneratorSampling } from './config.ts';
import type { GeneratorModel } from './model.ts';
import type { Script } from './script.ts';

/** Bars after which candidates are judged: a figure and its answer. */
const SEGMENT = 2;

/**
 * Writes takes side by side, bar by bar. Where there is a judge, each take has as many lanes as candidates: all go on from the state
 * at the bar line, and become the one that is liked best. What a take becomes does not depend on those beside it; a judge that
 * likes all alike leaves it as it is without.
 */
export class TakeWriter {
  readonly #writer: BarWriter;
  readonly #scripts: readonly Script[];
  readonly #judge: BarJudge | null;
  readonly #candidates: number;
  readonly #lanes: readonly number[];
  /** Bars so far, a list a lane. */
  readonly #bars: Words[][];
  #bar = 0;
  /** Where each take was when its candidates parted. */
  #parted: BarMark[] = [];

  /** @param scripts of as many bars each */
  constructor(
    model: GeneratorModel,
    scripts: readonly Script[],
    sampling: GeneratorSampling,
    choosing?: Choosing,
  ) {
    const candidates = choosing?.candidates ?? 1;
    this.#scripts = scripts;
    this.#judge = choosing?.judge ?? null;
    this.#candidates = candidates;
    const scriptOfLanes = scripts.flatMap((script) => new Array<Script>(candidates).fill(script));
    this.#writer = new BarWriter(model, scriptOfLanes, sampling, 0);
    this.#lanes = scriptOfLanes.map((_, lane) => lane);
    this.#bars = scriptOfLanes.map(() => []);
  }

  /** Writes the next bar of every take. */
  bar(onWord?: (lane: number, word: Uint8Array) => void): void {
    const isChosen = this.#candidates > 1;
    if (isChosen && this.#bar % SEGMENT === 0) this.#part();
    for (const [lane, words] of this.#writer.bar(this.#lanes, onWord).entries()) this.#bars[lane].push(words);
    this.#bar++;
    const isLast = this.#bar === this.#scripts[0].bars;
    if (isChosen && (isLast || this.#bar % SEGMENT === 0)) this.#choose();
  }

  /** The bars of a take so far; those that its candidates do not share are not chosen yet. */
  bars(take: number): readonly Words[] {
    return this.#bars[this.#first(take)];
  }

  likelihood(take: number): ReturnType<BarWriter['likelihood']> {
    return this.#writer.likelihood(this.#first(take));
  }

  #first(take: number): number {
    return take * this.#candidates;
  }

  /** From here on each candidate draws a sequence of its own; the first goes on as the take would by itself. */
  #part(): void {
    this.#parted = this.#scripts.map((_, take) => this.#writer.mark(this.#first(take)));
    for (const [take, { seed }] of this.#scripts.entries())
      for (let candidate = 1; candidate < this.#candidates; candidate++)
        this.#writer.redraw(this.#first(take) + candidate, seed, candidateStream(this.#bar, candidate));
  }

  #choose(): void {
    const begun = this.#parted[0].bar;
    const asked = (lane: number, bar: number) =>
      this.#scripts[Math.floor(lane / this.#candidates)].emotionOf(bar, 0);
    const scores = this.#judge!.scores(this.#bars, begun, this.#bar, asked);
    for (const take of this.#scripts.keys()) {
      const first = this.#first(take);
      const best = first + bestOf(Array.from({ length: this.#candidates }, (_, i) => scores[first + i]));
      for (let lane = first; lane < first + this.#candidates; lane++) {
        if (lane === best) continue;
        this.#writer.copy(best, lane, this.#parted[take]);
        for (let bar = begun; bar < this.#bar; bar++) this.#bars[lane][bar] = this.#bars[best][bar];
      }
    }
  }

  dispose(): void {
    this.#writer.dispose();
  }
}

/** The stream of a seed that a candidate draws from a bar on. */
export const candidateStream = (bar: number, candidate: number): string =>
  `bar ${bar} candidate ${candidate}`;

/** Of equals the first. */
function bestOf(scores: readonly number[]): number {
  if (!scores.every(Number.isFinite)) throw new AffettoError('the judge answered with no numbers', 'failure');
  return scores.reduce((best, score, i) => (score > scores[best] ? i : best), 0);
}
