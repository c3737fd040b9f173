import type { Tensors } from '../weights/tensors.ts';
import { LINES, VoiceNetwork } from './network.ts';
import { chordOrder, columnsOf, type HeardNote } from './played-notes.ts';
import { settle } from './settle.ts';
import type { Voice } from './voice.ts';

/** Says of every note of a piano piece whether it is melody, bass or inner. Holds weights, no state. */
export class VoiceTagger {
  readonly #network: VoiceNetwork;

  constructor(network: VoiceNetwork) {
    this.#network = network;
  }

  /** Throws an input error when config or tensors are not a tagger's. */
  static fromWeights(config: unknown, tensors: Tensors): VoiceTagger {
    return new VoiceTagger(new VoiceNetwork(config, tensors));
  }

  /** The voice of each note, in the order of the notes, which may be any. */
  label(notes: readonly HeardNote[]): Voice[] {
    if (notes.length === 0) return [];
    const order = chordOrder(notes);
    const played = columnsOf(notes, order);
    const beliefs = this.#network.beliefs(played);
    const settled = settle(
      played,
      order.map((_, i) => LINES[best(beliefs, i * LINES.length)]),
    );
    const voices = new Array<Voice>(notes.length);
    for (const [place, i] of order.entries()) voices[i] = settled[place];
    return voices;
  }
}

function best(values: Float64Array, at: number): number {
  let found = 0;
  for (let k = 1; k < LINES.length; k++) if (values[at + k] > values[at + found]) found = k;
  return found;
}
