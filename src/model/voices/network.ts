import { AffettoError } from '../error.ts';
import type { Tensors } from '../weights/tensors.ts';
import { attend, turnsOf } from './attention.ts';
import { VOICE_FEATURES, voiceFeatures } from './note-features.ts';
import type { PlayedNotes } from './played-notes.ts';
import { normed, RowsDense, reluInPlace } from './rows.ts';

/** What the network tells apart, in the order of its answers: `second` is another tune beside the melody. */
export const LINES = ['melody', 'bass', 'inner', 'second'] as const;
export type Line = (typeof LINES)[number];

/** config.json of the tagger. */
interface VoiceConfig {
  readonly features: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly reach: number;
  readonly pitchPeriods: readonly number[];
  readonly timePeriods: readonly number[];
}

interface Layer {
  readonly ask: RowsDense;
  readonly mix: RowsDense;
  readonly wide: RowsDense;
  readonly out: RowsDense;
}

/** Reads notes in chord order; each attends to those around it. Cost grows with the number of notes, no faster. */
export class VoiceNetwork {
  readonly #config: VoiceConfig;
  readonly #first: RowsDense;
  readonly #second: RowsDense;
  readonly #layers: readonly Layer[];
  readonly #last: RowsDense;

  /** Throws an input error when config or tensors are not a tagger's of these features. */
  constructor(config: unknown, tensors: Tensors) {
    if (!isVoiceConfig(config))
      throw new AffettoError(
        'the tagger of voices: its config.json is for other features; fetch the model again',
      );
    const { width, layers } = config;
    this.#config = config;
    this.#first = new RowsDense(tensors, 'first', VOICE_FEATURES, width);
    this.#second = new RowsDense(tensors, 'second', width, width);
    this.#layers = Array.from({ length: layers }, (_, i) => ({
      ask: new RowsDense(tensors, `layers.${i}.ask`, width, 3 * width),
      mix: new RowsDense(tensors, `layers.${i}.mix`, width, width),
      wide: new RowsDense(tensors, `layers.${i}.wide`, width, 2 * width),
      out: new RowsDense(tensors, `layers.${i}.out`, 2 * width, width),
    }));
    this.#last = new RowsDense(tensors, 'last', width, LINES.length);
  }

  /** (notes, LINES) log odds. */
  beliefs(notes: PlayedNotes): Float64Array {
    const { width, heads, reach, pitchPeriods, timePeriods } = this.#config;
    const { count } = notes;
    const turns = turnsOf(notes, pitchPeriods, timePeriods);
    const x = this.#second.apply(reluInPlace(this.#first.apply(voiceFeatures(notes), count)), count);
    for (const { ask, mix, wide, out } of this.#layers) {
      const heard = attend(ask.apply(normed(x, width), count), width, heads, reach, turns);
      addInPlace(x, mix.apply(heard, count));
      addInPlace(x, out.apply(reluInPlace(wide.apply(normed(x, width), count)), count));
    }
    return this.#last.apply(normed(x, width), count);
  }
}

function addInPlace(x: Float64Array, more: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] += more[i];
}

function isVoiceConfig(config: unknown): config is VoiceConfig {
  const { features, width, heads, layers, reach, pitchPeriods, timePeriods } = (config ?? {}) as Record<
    string,
    unknown
  >;
  const isPeriods = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((period) => typeof period === 'number' && period > 0);
  return (
    features === VOICE_FEATURES &&
    [width, heads, layers, reach].every((size) => Number.isInteger(size) && (size as number) > 0) &&
    isPeriods(pitchPeriods) &&
    isPeriods(timePeriods) &&
    2 * (pitchPeriods.length + timePeriods.length) * (heads as number) === width &&
    (width as number) % (4 * (heads as number)) === 0
  );
}
