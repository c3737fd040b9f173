import { Random } from '../muser/random.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { type BeatCodes, planOnly } from './codes.ts';
import type { GeneratorSampling } from './config.ts';
import type { GeneratorModel } from './model.ts';
import { PlanWriter } from './plan-writer.ts';
import type { Script } from './script.ts';
import type { WordState } from './state.ts';
import { type WordMark, WordWriter } from './word-writer.ts';

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

  constructor(model: GeneratorModel, scripts: readonly Script[], sampling: GeneratorSampling) {
    this.#scripts = scripts;
    this.#bars = scripts.map(() => 0);
    this.#planner = new PlanWriter(model, scripts, sampling);
    this.#writer = new WordWriter(model, scripts, sampling, (lane, beat) => this.#codes(lane, beat));
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

  /** Sum of the log probabilities of all words and codes that were chosen. */
  likelihood(lane: number): number {
    return this.#writer.likelihood(lane) + this.#planner.likelihood(lane);
  }

  /** Writes the next bar of some lanes. */
  bar(lanes: readonly number[], onWord?: (lane: number, word: Uint8Array) => void): Words[] {
    this.#planTogether(lanes);
    const words = this.#writer.bar(lanes, onWord);
    for (const lane of lanes) this.#bars[lane]++;
    return words;
  }

  /** Takes a given bar into a lane as if it had been written. @param plan codes of its beats, and of the first after it if there is one */
  take(lane: number, words: Words, plan: readonly ArrayLike<number>[]): void {
    const first = this.#scripts[lane].metre.startOf(this.#bars[lane]);
    const known = this.#planner.plan(lane).length - first;
    for (const codes of plan.slice(Math.max(0, known))) this.#planner.take(lane, codes);
    this.#writer.take(lane, words);
    this.#bars[lane]++;
  }

  mark(lane: number): BarMark {
    return { bar: this.#bars[lane], words: this.#writer.mark(lane) };
  }

  /** Takes a lane back to a bar line; what was planned beyond it is forgotten. */
  back(lane: number, { bar, words }: BarMark): void {
    this.#planner.back(lane, this.#scripts[lane].metre.startOf(bar));
    this.#writer.back(lane, words);
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
