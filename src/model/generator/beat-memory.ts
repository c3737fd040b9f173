import { createEmotionEmbedding, type Emotion, type EmotionEmbedding } from '../muser/emotion-embedding.ts';
import { addVector } from '../muser/table.ts';
import type { BeatCodes } from './codes.ts';
import { SliceReader } from './slice-reader.ts';
import { ELEMENTS, type Element } from './vocabulary.ts';
import type { GeneratorWeights } from './weights.ts';

/** What the steps of a beat are told of codes and emotion: the stack, and the decoder of each element that has slices. */
export interface BeatMemory {
  readonly shared: Float32Array;
  readonly own: Readonly<Partial<Record<Element, Float32Array>>>;
}

/** A beat for whose steps a memory is made. */
interface MemoryOf {
  /** null before the first beat. */
  readonly here: BeatCodes | null;
  /** null after the last. */
  readonly next: BeatCodes | null;
  readonly emotion: Emotion | null;
}

/** Makes what the steps of a beat are told. */
export class BeatMemories {
  readonly #shared: SliceReader;
  readonly #own: readonly (readonly [Element, SliceReader])[];
  readonly #emotion: EmotionEmbedding;

  constructor(weights: GeneratorWeights) {
    const { groups, decoder } = weights.config;
    this.#shared = new SliceReader(weights, 'decoder.read', ({ name }) =>
      decoder.sharedGroups.includes(name),
    );
    this.#own = ELEMENTS.filter((e) => groups.some(({ element }) => element === e)).map((e) => [
      e,
      new SliceReader(weights, `elements.${e}.read`, ({ element }) => element === e),
    ]);
    this.#emotion = createEmotionEmbedding(weights, { emotion: 'continuous' }, 'decoder.emotion', '');
  }

  of({ here, next, emotion }: MemoryOf): BeatMemory {
    const read = (reader: SliceReader): Float32Array => {
      const out = new Float32Array(reader.width);
      reader.add(here, next, out);
      return out;
    };
    const shared = read(this.#shared);
    addVector(this.#emotion.vector(emotion), shared, 0);
    return { shared, own: Object.fromEntries(this.#own.map(([e, reader]) => [e, read(reader)])) };
  }
}
