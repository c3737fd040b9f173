import type { Engine } from '../engines/engine.ts';
import { AffettoError } from '../error.ts';
import type { Words } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { BeatCodes } from './beat-codes.ts';
import { bentPlan } from './bend.ts';
import type { CodeSource } from './code-source.ts';
import { Decoder, type DecoderInput } from './decoder.ts';
import { Lane, type WayBack } from './lane.ts';
import type { Leaning } from './leaning.ts';
import type { LanePlan } from './plan.ts';
import { resolveSampling, type SamplingSettings } from './settings.ts';
import { WindowKeeper } from './window.ts';
import { WordCodes } from './word-codes.ts';
import { WordWriter } from './writer.ts';

export interface SessionOptions extends SamplingSettings {
  readonly signal?: AbortSignal;
  /** Awaited at every bar line, so that a host's thread can hear a cancel in between. */
  readonly breathe?: () => Promise<void>;
  /** How many of the bars last written can be gone back to; 0 where absent. Each takes a copy of every lane's state. */
  readonly remembers?: number;
}

/** Told of every word as it is chosen. */
export type WordListener = (lane: number, word: Uint8Array) => void;

/**
 * Writes music bar by bar, several lanes (takes) in step: prior and decoder run interleaved, a beat ahead of the words.
 * Memory is constant however long it goes on. A plan's answers for later bars may change at any bar line.
 */
export class Session {
  readonly lanes: readonly Lane[];
  /** Number of the bar that is written next, from 0. */
  bar = 0;
  private readonly decoder: Decoder;
  private readonly codes: CodeSource;
  private readonly writer: WordWriter;
  private readonly window: WindowKeeper;
  private readonly signal: AbortSignal | undefined;
  private readonly breathe: (() => Promise<void>) | undefined;
  private readonly remembers: number;
  /** Bar -> way back to its start. */
  private readonly ways = new Map<number, WayBack>();

  constructor(
    weights: WeightSet,
    engine: Engine,
    plans: readonly LanePlan[],
    options: SessionOptions = {},
    leaning: Leaning | null = null,
  ) {
    const { config } = weights;
    const sampling = resolveSampling(config, options);
    this.signal = options.signal;
    this.breathe = options.breathe;
    this.remembers = options.remembers ?? 0;
    this.lanes = plans.map((plan) => new Lane(bentPlan(plan, leaning?.bend ?? null)));
    const changes = plans.some((plan) => plan.guidanceOf);
    this.decoder = new Decoder(weights, engine, plans.length, sampling.decoderGuidance, changes);
    this.codes =
      config.codeRate === 'beat'
        ? new BeatCodes(weights, engine, this.lanes, sampling, leaning)
        : new WordCodes(weights, engine, this.lanes, this.decoder, sampling.books[0]);
    this.writer = new WordWriter(this.decoder, config.order, sampling, leaning);
    this.window = new WindowKeeper(
      this.decoder,
      plans.length,
      config.decoder.positions === 'none' ? null : config.maxSteps,
    );
  }

  /**
   * Writes each unfinished lane's next bar.
   * @returns the bar's words (Bar word first) a lane; null for lanes that have ended. All null: nothing is left to write.
   */
  async nextBar(onWord?: WordListener): Promise<(Words | null)[]> {
    await this.breathe?.();
    if (this.remembers > 0) await this.mark();
    const bars = this.lanes.map((): Words | null => null);
    let active = this.lanes.flatMap((lane, i) => (lane.finished ? [] : [i]));
    while (active.length > 0) {
      if (this.signal?.aborted) throw new AffettoError('stopped', 'failure', { cause: this.signal.reason });
      await this.codes.prepare(active);
      await this.decoder.step(await this.inputs(active));
      const words = await this.writer.write(this.lanes, active);
      for (const lane of active) {
        bars[lane] = this.lanes[lane].take(words[lane]);
        if (!this.lanes[lane].finished) onWord?.(lane, words[lane]);
      }
      active = active.filter((lane) => bars[lane] === null);
    }
    this.bar++;
    return bars;
  }

  private async inputs(active: readonly number[]): Promise<(DecoderInput | null)[]> {
    const inputs = this.lanes.map((): DecoderInput | null => null);
    for (const i of active) {
      const lane = this.lanes[i];
      const { plan, beat } = lane;
      const bar = Math.max(0, lane.bar);
      inputs[i] = await this.window.place(i, {
        features: lane.features.values,
        step: lane.steps++,
        emotion: plan.emotionOf(bar, beat),
        strength: plan.guidanceOf?.(bar, beat).decoder,
        codes: this.codes.view(i),
      });
    }
    return inputs;
  }

  /** To be called at a bar line after a lane's plan has changed its mind about the bars to come. */
  changed(lane: number): void {
    if (this.lanes[lane].finished || this.lanes[lane].bar < 0) return;
    this.lanes[lane].askAgain();
    this.codes.changed(lane);
  }

  /**
   * Goes back to the start of a bar that is remembered. What is written from there is word for word what it was, unless
   * the plans have changed their minds (then call `changed`).
   * @returns false, and nothing is done, where the bar lies too far back or ahead
   */
  back(bar: number): boolean {
    const way = bar <= this.bar ? this.ways.get(bar) : undefined;
    if (!way) return bar === this.bar;
    way();
    for (const later of this.ways.keys()) if (later > bar) this.ways.delete(later);
    this.bar = bar;
    return true;
  }

  private async mark(): Promise<void> {
    const backs: WayBack[] = [];
    for (const [i, lane] of this.lanes.entries())
      backs.push(lane.mark(), this.window.mark(i), await this.decoder.mark(i), await this.codes.mark(i));
    this.ways.delete(this.bar - this.remembers);
    this.ways.set(this.bar, () => {
      for (const back of backs) back();
    });
  }

  dispose(): void {
    this.decoder.dispose();
    this.codes.dispose();
  }
}
