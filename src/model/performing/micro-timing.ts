import { portableExp } from '../engines/portable-math.ts';
import type { Random } from '../muser/random.ts';
import type { PerformerNetwork, Spread } from './network.ts';
import { noteFeatures, rankOf } from './note-features.ts';
import type { Step } from './step-reader.ts';

/** No note is played further from the grid than this, in steps: it would be heard as another rhythm. */
const FARTHEST = 0.35;
/** Bounds of a logarithm of a deviation: training/performer/network.py. */
const LEAST = -5.5;
const MOST = 0;

/** Plays onsets beside the grid; what one does beside its mean fades into the next. */
export class MicroTiming {
  #beside = 0;

  /** Offsets in steps of the notes of one step, in their order. Call it for every step: time passes. */
  play(network: PerformerNetwork, context: Float32Array, { onsets }: Step, random: Random): number[] {
    const carried = this.#beside * network.persistence;
    this.#beside = carried;
    if (onsets.length === 0) return [];
    const { onset, lean } = network.timing(context);
    this.#beside = carried + noise(onset, random);
    const late = onset.mean + this.#beside;
    if (onsets.length === 1) return [held(late)];
    const leaning = lean.mean + noise(lean, random);
    return onsets.map((_, i) => {
      const own = network.note(context, noteFeatures(onsets, i));
      const beside = onsets.length > 2 ? own.mean + noise(own, random) : 0;
      return held(late + rankOf(i, onsets.length) * leaning + beside);
    });
  }

  clone(): MicroTiming {
    const copy = new MicroTiming();
    copy.#beside = this.#beside;
    return copy;
  }
}

/** To a thousandth of a step, so that the last bits of a sum never show. */
const held = (offset: number): number =>
  Math.round(Math.min(FARTHEST, Math.max(-FARTHEST, offset)) * 1000) / 1000;

/** Close to normal, and never beyond 3.5 deviations: the sum of four even draws. */
function noise({ logDeviation }: Spread, random: Random): number {
  const sum = random.next() + random.next() + random.next() + random.next() - 2;
  return sum * Math.sqrt(3) * portableExp(Math.min(MOST, Math.max(LEAST, logDeviation)));
}
