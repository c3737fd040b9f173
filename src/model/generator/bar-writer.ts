import { Random } from '../muser/random.ts';
import { MAX_BEATS_PER_BAR } from '../music/piece.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { type BeatCodes, planOnly } from './codes.ts';
import type { GeneratorSampling } from './config.ts';
import type { GeneratorModel } from './model.ts';
import { PlanWriter } from './plan-writer.ts';
import type { Script } from './script.ts';
import type { WordState } from './state.ts';
import { type BegunBar, type WordMark, WordWriter } from './word-writer.ts';

/** Words of a bar, where it is dense. */
const DENSE_BAR = 128;

/** Where a lane was, at a bar line. */
export interface BarMark {
  readonly bar: number;
  readonly words: WordMark;
}

/** Writes plan and words bar by bar, a lane a script: a plan is written a beat ahead of the words. */
export class BarWriter {
  readonly #scripts: readonly Script[];
  readonly #planner: PlanWriter;
  readonly #writer: WordWriter;
  readonly #bars: number[];

  /** @param barsBack that can be gone back; where absent, as far as engines keep steps where nothing is said */
  constructor(
    model: GeneratorModel,
    scripts: readonly Script[],
    sampling: GeneratorSampling,
    barsBack?: number,
  ) {
    this.#scripts = scripts;
    this.#bars = scripts.map(() => 0);
    const stepsBack = (inBar: number) => (barsBack ? inBar * (barsBack + 1) : barsBack);
    this.#planner = new PlanWriter(model, scripts, sampling, stepsBack(MAX_BEATS_PER_BAR));
    const codesOf = (lane: number, beat: number) => this.#codes(lane, beat);
    const returnOf = (lane: number, bar: number) => this.#planner.returnOf(lane, bar);
    this.#writer = new WordWriter(model, scripts, sampling, codesOf, returnOf, stepsBack(DENSE_BAR));
  }

  /** Bars of a lane so far. */
  bars(lane: number): number {
    return this.#bars[lane];
  }

  /** Where a lane is. */
  state(lane: number): Readonly<WordState> {
    return this.#writer.state(lane);
  }

  /** The plan of a lane so far. */
  plan(lane: number): readonly Uint16Array[] {
    return this.#planner.plan(lane);
  }

  /** How a bar of a lane comes back, of which a beat has been planned (returns.ts). */
  returnOf(lane: number, bar: number): number {
    return this.#planner.returnOf(lane, bar);
  }

  /** Sums of the log probabilities of words and codes that were chosen, and of codes that were given after the first that was. */
  likelihood(lane: number): { readonly words: number; readonly codes: number; readonly kept: number } {
    const { chosen, kept } = this.#planner.likelihood(lane);
    return { words: this.#writer.likelihood(lane), codes: chosen, kept };
  }

  /** Writes the next bar of some lanes. @param begun the beats that the bars begin with */
  bar(
    lanes: readonly number[],
    onWord?: (lane: number, word: Uint8Array) => void,
    begun?: BegunBar,
  ): Words[] {
    this.#planTogether(lanes);
    const words = this.#writer.bar(lanes, onWord, begun);
    for (const lane of lanes) this.#bars[lane]++;
    return words;
  }

  /** Takes a given bar into a lane as if it had been written; what it lacks of a plan is planned. */
  take(lane: number, words: Words): void {
    this.#writer.take(lane, words);
    this.#bars[lane]++;
  }

  /** Plans as far as to a bar, of which no words are written. */
  planTo(lanes: readonly number[], bar: number): void {
    const missing = (lane: number): boolean =>
      this.#planner.plan(lane).length < this.#scripts[lane].metre.startOf(bar);
    for (let open = lanes.filter(missing); open.length > 0; open = open.filter(missing))
      this.#planner.next(open);
  }

  /** Takes given beats of one bar into the plan of a lane as if they had been written. @param returned how the bar comes back */
  takePlan(lane: number, plan: readonly ArrayLike<number>[], returned: number): void {
    for (const codes of plan) this.#planner.take(lane, codes, returned);
  }

  mark(lane: number): BarMark {
    return { bar: this.#bars[lane], words: this.#writer.mark(lane) };
  }

  /** Takes a lane back to a bar line; what was planned beyond it is forgotten. */
  back(lane: number, { bar, words }: BarMark): void {
    // What cannot be gone back stays as it is: there are more words than beats.
    this.#writer.back(lane, words);
    this.#planner.back(lane, this.#scripts[lane].metre.startOf(bar));
    this.#bars[lane] = bar;
  }

  /** Makes a lane what another one is; both were the same at `since`. */
  copy(from: number, to: number, since: BarMark): void {
    this.#planner.copy(from, to, this.#scripts[from].metre.startOf(since.bar));
    this.#writer.copy(from, to, since.words);
    this.#bars[to] = this.#bars[from];
  }

  /** Draws what follows from another sequence. */
  redraw(lane: number, seed: number, stream: string): void {
    this.#planner.redraw(lane, new Random(seed, `plan ${stream}`));
    this.#writer.redraw(lane, new Random(seed, `words ${stream}`));
  }

  dispose(): void {
    this.#planner.dispose();
    this.#writer.dispose();
  }

  #codes(lane: number, beat: number): BeatCodes | null {
    const { bars, metre } = this.#scripts[lane];
    if (beat < 0 || (bars !== null && metre.placeOf(beat).bar >= bars)) return null;
    while (this.#planner.plan(lane).length <= beat) this.#planner.next([lane]);
    return planOnly(this.#planner.plan(lane)[beat]);
  }

  /** What the next bar of these lanes needs: together they cost less. */
  #planTogether(lanes: readonly number[]): void {
    const missing = (lane: number): boolean => {
      const { bars, metre } = this.#scripts[lane];
      const next = this.#bars[lane] + 1;
      const end = metre.startOf(next) + Number(bars === null || next < bars);
      return this.#planner.plan(lane).length < end;
    };
    for (let open = lanes.filter(missing); open.length > 0; open = open.filter(missing))
      this.#planner.next(open);
  }
}
