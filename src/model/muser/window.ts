import type { Decoder, DecoderInput } from './decoder.ts';
import type { WayBack } from './lane.ts';

/**
 * Models with positions know only so many. Where a lane reaches the last, its decoder starts anew and reads the most
 * recent part again, so that writing can go on.
 */
export class WindowKeeper {
  private readonly decoder: Decoder;
  private readonly longest: number;
  /** Recent inputs of each lane; empty where there is no limit. */
  private readonly recent: DecoderInput[][];
  private readonly steps: number[];

  /** @param longest steps that the model knows; null = no limit */
  constructor(decoder: Decoder, lanes: number, longest: number | null) {
    this.decoder = decoder;
    this.longest = longest ?? Number.POSITIVE_INFINITY;
    this.recent = Array.from({ length: lanes }, () => []);
    this.steps = new Array<number>(lanes).fill(0);
  }

  /** The input with its step inside the range. */
  async place(lane: number, input: DecoderInput): Promise<DecoderInput> {
    if (this.longest === Number.POSITIVE_INFINITY) return input;
    if (this.steps[lane] >= this.longest) await this.restart(lane);
    const recent = this.recent[lane];
    recent.push({ ...input, features: input.features.slice() });
    if (recent.length > this.longest / 2) recent.shift();
    return { ...input, step: this.steps[lane]++ };
  }

  mark(lane: number): WayBack {
    const recent = this.recent[lane].slice();
    const { [lane]: step } = this.steps;
    return () => {
      this.recent[lane] = recent.slice();
      this.steps[lane] = step;
    };
  }

  private async restart(lane: number): Promise<void> {
    await this.decoder.restart(lane);
    const again = this.recent[lane];
    this.steps[lane] = 0;
    for (const input of again) {
      const inputs: (DecoderInput | null)[] = this.recent.map(() => null);
      inputs[lane] = { ...input, step: this.steps[lane]++ };
      await this.decoder.step(inputs);
    }
  }
}
