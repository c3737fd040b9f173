import type { Engine } from '../engines/engine.ts';
import { AffettoError } from '../error.ts';
import type { Words } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { BeatCodes } from './beat-codes.ts';
import type { CodeSource } from './code-source.ts';
import { Decoder, type DecoderInput } from './decoder.ts';
import { Lane } from './lane.ts';
import type { LanePlan } from './plan.ts';
import { resolveSampling, type SamplingSettings } from './settings.ts';
import { WindowKeeper } from './window.ts';
import { WordCodes } from './word-codes.ts';
import { WordWriter } from './writer.ts';

export interface SessionOptions extends SamplingSettings {
  readonly signal?: AbortSignal;
  /** Awaited at every bar line, so that a host's thread can hear a cancel in between. */
  readonly breathe?: () => Promise<void>;
}

/** Told of every word as it is chosen. */
export type WordListener = (lane: number, word: Uint8Array) => void;

/**
 * Writes music bar by bar, several lanes (takes) in step: prior and decoder run interleaved, a beat ahead of the words.
 * Memory is constant however long it goes on. A plan's answers for later bars may change at any bar line.
 */
export class Session {
  readonly lanes: readonly Lane[];
  private readonly decoder: Decoder;
  private readonly codes: CodeSource;
  private readonly writer: WordWriter;
  private readonly window: WindowKeeper;
  private readonly signal: AbortSignal | undefined;
  private readonly breathe: (() => Promise<void>) | undefined;

  constructor(weights: WeightSet, engine: Engine, plans: readonly LanePlan[], options: SessionOptions = {}) {
    const { config } = weights;
    const sampling = resolveSampling(config, options);
    this.signal = options.signal;
    this.breathe = options.breathe;
    this.lanes = plans.map((plan) => new Lane(plan));
    this.decoder = new Decoder(weights, engine, plans.length, sampling.decoderGuidance);
    this.codes =
      config.codeRate === 'beat'
        ? new BeatCodes(weights, engine, this.lanes, sampling)
        : new WordCodes(weights, engine, this.lanes, this.decoder, sampling.books[0]);
    this.writer = new WordWriter(this.decoder, config.order, sampling);
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
    return bars;
  }

  private async inputs(active: readonly number[]): Promise<(DecoderInput | null)[]> {
    const inputs = this.lanes.map((): DecoderInput | null => null);
    for (const i of active) {
      const lane = this.lanes[i];
      inputs[i] = await this.window.place(i, {
        features: lane.features.values,
        step: lane.steps++,
        emotion: lane.plan.emotionOf(Math.max(0, lane.bar)),
        codes: this.codes.view(i),
      });
    }
    return inputs;
  }

  /** To be called at a bar line after a lane's plan has changed its mind about the bars to come. */
  changed(lane: number): void {
    if (!this.lanes[lane].finished && this.lanes[lane].bar >= 0) this.codes.changed(lane);
  }

  dispose(): void {
    this.decoder.dispose();
    this.codes.dispose();
  }
}
