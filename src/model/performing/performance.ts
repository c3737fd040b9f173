import { Random } from '../muser/random.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import { moveFoot } from './foot.ts';
import { Hand } from './hand.ts';
import type { PerformerNetwork } from './network.ts';
import { PedalMemory } from './pedal-memory.ts';
import type { PedalStep } from './pedal-steps.ts';
import { type PlayedEmotion, StepReader } from './step-reader.ts';

/** How a bar is played. */
export interface PlayedBar {
  /** Of each note of the bar in its order, in steps. */
  readonly offsets: readonly number[];
  /** What the foot does in each step. */
  readonly foot: readonly PedalStep[];
}

/**
 * A piece being played, bar after bar. The same seed and bars give the same playing; foot and hand draw from sequences of
 * their own, which nothing that writes music draws from.
 */
export class Performance {
  readonly #network: PerformerNetwork;
  #reader = new StepReader();
  #memory = new PedalMemory();
  #hand = new Hand();
  #state: Float32Array;
  #forFoot: Random;
  #forHand: Random;

  constructor(network: PerformerNetwork, seed: number) {
    this.#network = network;
    this.#state = network.start();
    this.#forFoot = new Random(seed, 'pedal');
    this.#forHand = new Random(seed, 'timing');
  }

  /** Plays the next bar; `known` holds what the foot has done already in its first steps (or all). */
  play(bar: WrittenBar, emotion: PlayedEmotion, known: readonly PedalStep[] = []): PlayedBar {
    const steps = this.#reader.read(bar, emotion);
    const context = this.#network.context(
      steps.map(({ features }) => features),
      this.#state,
    );
    this.#state = context.state;
    const late = new Map<object, number>();
    const foot = steps.map((step, i) => {
      const logits = this.#network.foot(context.at[i], this.#memory.features(step));
      const drawn = moveFoot(logits, this.#memory.isDown, this.#forFoot);
      const move = known[i] ?? drawn;
      this.#memory.act(move.action, step);
      const offsets = this.#hand.play(this.#network, context.at[i], step, this.#forHand);
      for (const [n, note] of step.onsets.entries()) late.set(note, offsets[n]);
      return move;
    });
    return { offsets: bar.notes.map((note) => late.get(note) ?? 0), foot };
  }

  /** The same playing from here on, apart from this one. */
  clone(): Performance {
    const copy = new Performance(this.#network, 0);
    copy.#reader = this.#reader.clone();
    copy.#memory = this.#memory.clone();
    copy.#hand = this.#hand.clone();
    copy.#state = this.#state;
    copy.#forFoot = this.#forFoot.clone();
    copy.#forHand = this.#forHand.clone();
    return copy;
  }
}
