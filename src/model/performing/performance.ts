import { Random } from '../muser/random.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import { MicroTiming } from './micro-timing.ts';
import type { PerformerNetwork } from './network.ts';
import { samplePedal } from './pedal.ts';
import { PedalMemory } from './pedal-memory.ts';
import type { PedalStep } from './pedal-steps.ts';
import { type PlayedEmotion, StepReader } from './step-reader.ts';

/** How a bar is played. */
export interface PlayedBar {
  /** Of each note of the bar in its order, in steps. */
  readonly offsets: readonly number[];
  /** What the pedal does in each step. */
  readonly actions: readonly PedalStep[];
}

/**
 * A piece being played, bar after bar. The same seed and bars give the same playing; pedal and timing draw from sequences of
 * their own, which nothing that writes music draws from.
 */
export class Performance {
  readonly #network: PerformerNetwork;
  #reader = new StepReader();
  #memory = new PedalMemory();
  #timing = new MicroTiming();
  #state: Float32Array;
  #pedalRandom: Random;
  #timingRandom: Random;

  constructor(network: PerformerNetwork, seed: number) {
    this.#network = network;
    this.#state = network.start();
    this.#pedalRandom = new Random(seed, 'pedal');
    this.#timingRandom = new Random(seed, 'timing');
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
    const actions = steps.map((step, i) => {
      const logits = this.#network.pedal(context.at[i], this.#memory.features(step));
      const drawn = samplePedal(logits, this.#memory.isDown, this.#pedalRandom);
      const move = known[i] ?? drawn;
      this.#memory.act(move.action, step);
      const offsets = this.#timing.play(this.#network, context.at[i], step, this.#timingRandom);
      for (const [n, note] of step.onsets.entries()) late.set(note, offsets[n]);
      return move;
    });
    return { offsets: bar.notes.map((note) => late.get(note) ?? 0), actions };
  }

  /** The same playing from here on, apart from this one. */
  clone(): Performance {
    const copy = new Performance(this.#network, 0);
    copy.#reader = this.#reader.clone();
    copy.#memory = this.#memory.clone();
    copy.#timing = this.#timing.clone();
    copy.#state = this.#state;
    copy.#pedalRandom = this.#pedalRandom.clone();
    copy.#timingRandom = this.#timingRandom.clone();
    return copy;
  }
}
