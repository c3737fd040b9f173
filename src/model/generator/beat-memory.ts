import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from '../muser/emotion-embedding.ts';
import { addVector } from '../muser/table.ts';
import { ELEMENTS, type Element } from '../tokens/vocabulary.ts';
import type { BeatCodes } from './codes.ts';
import { SliceReader } from './slice-reader.ts';
import type { GeneratorWeights } from './weights.ts';

/** What the steps of a beat are told of codes and emotion: the stack, and each element's decoder. */
export interface BeatMemory {
  readonly shared: Float32Array;
  readonly own: Readonly<Record<Element, Float32Array>>;
}

/** Makes what the steps of a beat are told. */
export class BeatMemories {
  readonly #shared: SliceReader;
  readonly #own: ReadonlyMap<Element, SliceReader>;
  readonly #emotion: EmotionEmbedding;

  constructor(weights: GeneratorWeights) {
    const { sharedGroups } = weights.config.decoder;
    this.#shared = new SliceReader(weights, 'decoder.read', ({ name }) => sharedGroups.includes(name));
    this.#own = new Map(
      ELEMENTS.map((e) => [
        e,
        new SliceReader(weights, `elements.${e}.read`, ({ element }) => element === e),
      ]),
    );
    this.#emotion = createEmotionEmbedding(weights, { emotion: 'continuous' }, 'decoder.emotion', '');
  }

  /** @param here null before the first beat; next: null after the last */
  of(here: BeatCodes | null, next: BeatCodes | null, emotion: Emotion | null): BeatMemory {
    const read = (reader: SliceReader): Float32Array => {
      const out = new Float32Array(reader.width);
      reader.add(here, next, out);
      return out;
    };
    const shared = read(this.#shared);
    addVector(this.#emotion.vector(emotion), shared, 0);
    const own = Object.fromEntries(ELEMENTS.map((e) => [e, read(this.#own.get(e)!)])) as Record<
      Element,
      Float32Array
    >;
    return { shared, own };
  }
}
