import { indexBars } from '../tokens/bars.ts';
import type { Words } from '../tokens/vocabulary.ts';
import type { Codes } from './encoder.ts';

/** Codes of a piece, found by bar and beat; a shorter piece is repeated by whole bars, a shorter bar by beats. */
export class BeatGrid {
  readonly barBeats: readonly number[];
  private readonly codes: Codes;
  private readonly firsts: readonly number[];

  constructor(words: Words, codes: Codes) {
    this.codes = codes;
    this.barBeats = indexBars(words).beats;
    let beat = 0;
    this.firsts = this.barBeats.map((beats) => {
      beat += beats;
      return beat - beats;
    });
  }

  get bars(): number {
    return this.barBeats.length;
  }

  at(bar: number, beat: number): readonly number[] {
    const b = bar % this.bars;
    return this.codes[this.firsts[b] + (beat % this.barBeats[b])];
  }
}
