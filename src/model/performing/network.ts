import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';
import { Gru, Head, sigmoid } from './layers.ts';
import { NOTE_FEATURES } from './note-features.ts';
import { MEMORY_FEATURES } from './pedal-memory.ts';
import { STEP_FEATURES } from './step-reader.ts';

/** Bins of a place within a step and of the gap of a change: training/performer/network.py. */
const PHASES = 10;
const GAPS = 10;
const FOOT = 3 + 2 + 2 * PHASES + GAPS;
const HAND = 5;
const NOTE = 3;

/** Logits of what the foot does next. */
export interface PedalLogits {
  /** stay, change, lift; where the pedal is down. */
  readonly down: Float32Array;
  /** stay, press; where it is up. */
  readonly up: Float32Array;
  /** Within the step, -0.5..0.5. */
  readonly lift: Float32Array;
  readonly press: Float32Array;
  /** Between lift and press of a change, 0..1.5 steps. */
  readonly gap: Float32Array;
}

/** A normal distribution in steps; the deviation as its logarithm. */
export interface Spread {
  readonly mean: number;
  readonly logDeviation: number;
}

/** Reads rows of steps and says how they are played. Holds weights, no state. */
export class PerformerNetwork {
  readonly #ahead: Gru;
  readonly #behind: Gru;
  readonly #pedal: Head;
  readonly #timing: Head;
  readonly #note: Head;
  /** What is left after a step of what an onset did beside its mean. */
  readonly persistence: number;

  /** Throws an input error when config or tensors are not those of a performer of these features. */
  constructor(config: unknown, tensors: Tensors) {
    if (!isConfig(config))
      throw new AffettoError('the performer: its config.json is for other features; fetch the model again');
    this.#ahead = new Gru(tensors, 'ahead', '_l0', STEP_FEATURES);
    this.#behind = new Gru(tensors, 'behind', '', STEP_FEATURES);
    const context = this.#ahead.size + this.#behind.size;
    this.#pedal = new Head(tensors, 'foot', context + MEMORY_FEATURES, FOOT);
    this.#timing = new Head(tensors, 'hand', context, HAND);
    this.#note = new Head(tensors, 'note', context + NOTE_FEATURES, NOTE);
    this.persistence = sigmoid(tensors.get('persistence')[0]);
  }

  /** The state before any music. */
  start(): Float32Array {
    return new Float32Array(this.#ahead.size);
  }

  /** What is known at each step of a bar, from all before it and from the rest of the bar; and the state after the bar. */
  context(rows: readonly Float32Array[], state: Float32Array): { at: Float32Array[]; state: Float32Array } {
    let left = state;
    const lefts = rows.map((row) => {
      left = this.#ahead.step(row, left);
      return left;
    });
    let right: Float32Array = new Float32Array(this.#behind.size);
    const at = new Array<Float32Array>(rows.length);
    for (let i = rows.length - 1; i >= 0; i--) {
      right = this.#behind.step(rows[i], right);
      at[i] = new Float32Array([...lefts[i], ...right]);
    }
    return { at, state: left };
  }

  pedal(context: Float32Array, memory: Float32Array): PedalLogits {
    const out = this.#pedal.apply(context, memory);
    const gaps = 5 + 2 * PHASES;
    return {
      down: out.subarray(0, 3),
      up: out.subarray(3, 5),
      lift: out.subarray(5, 5 + PHASES),
      press: out.subarray(5 + PHASES, gaps),
      gap: out.subarray(gaps),
    };
  }

  /** How late an onset falls, and how a chord leans from its lowest note to its highest. */
  timing(context: Float32Array): { onset: Spread; lean: Spread } {
    const out = this.#timing.apply(context);
    return {
      onset: { mean: out[0], logDeviation: out[1] },
      lean: { mean: out[3], logDeviation: out[4] },
    };
  }

  /** What one note of a chord does beside the onset and the lean. */
  note(context: Float32Array, features: Float32Array): Spread {
    const out = this.#note.apply(context, features);
    return { mean: out[0], logDeviation: out[1] };
  }
}

function isConfig(config: unknown): boolean {
  const { steps, memory, notes, phases, gaps } = (config ?? {}) as Record<string, unknown>;
  return (
    steps === STEP_FEATURES &&
    memory === MEMORY_FEATURES &&
    notes === NOTE_FEATURES &&
    phases === PHASES &&
    gaps === GAPS
  );
}
