import { ELEMENTS, type Element, VOCABULARY_SIZES, WORD_WIDTH } from '../tokens/vocabulary.ts';
import type { SamplingSpec } from '../weights/config.ts';
import { allow } from './constraint.ts';
import type { Decoder } from './decoder.ts';
import type { Lane } from './lane.ts';
import type { Leaning } from './leaning.ts';
import { logProbability } from './likelihood.ts';
import { onlyChoice, sample } from './sampling.ts';
import { leantToScale } from './scale.ts';
import { cooled, type Sampling } from './settings.ts';

/** Chooses the next word of lanes whose decoder step has been made, element by element. */
export class WordWriter {
  private readonly decoder: Decoder;
  private readonly order: readonly Element[];
  private readonly masks: Record<Element, Uint8Array>[] = [];
  private readonly sampling: Readonly<Record<Element, SamplingSpec>>;
  /** For bars that return. */
  private readonly returning: Readonly<Record<Element, SamplingSpec>>;
  private readonly leaning: Leaning | null;

  constructor(
    decoder: Decoder,
    order: readonly Element[],
    { elements, returnTemperature }: Sampling,
    leaning: Leaning | null,
  ) {
    this.leaning = leaning;
    this.decoder = decoder;
    this.order = order;
    this.sampling = elements;
    this.returning = Object.fromEntries(
      ELEMENTS.map((e) => [e, cooled(elements[e], returnTemperature)]),
    ) as Record<Element, SamplingSpec>;
  }

  /** Room for a lane's mask; the same one each step. */
  private mask(lane: number, element: Element): Uint8Array {
    this.masks[lane] ??= Object.fromEntries(
      ELEMENTS.map((e) => [e, new Uint8Array(VOCABULARY_SIZES[e])]),
    ) as Record<Element, Uint8Array>;
    return this.masks[lane][element];
  }

  /**
   * @param lanes all lanes of the session; @param active indices of those that write
   * @returns a word (seven values) for each lane, empty where it does not write
   */
  async write(lanes: readonly Lane[], active: readonly number[]): Promise<Uint8Array[]> {
    const words = lanes.map(() => new Uint8Array(WORD_WIDTH));
    for (const element of this.order) {
      const column = ELEMENTS.indexOf(element);
      const asked: number[] = [];
      for (const lane of active) {
        const mask = this.mask(lane, element);
        allow(lanes[lane], column, words[lane], mask);
        const only = onlyChoice(mask);
        if (only >= 0) words[lane][column] = only;
        else asked.push(lane);
      }
      // Where the grammar leaves no choice, the head is not asked.
      if (asked.length === 0) continue;
      const logits = await this.decoder.logits(element, asked, words);
      for (let i = 0; i < asked.length; i++) {
        const lane = asked[i];
        const mask = this.mask(lane, element);
        const spec = (lanes[lane].returns() ? this.returning : this.sampling)[element];
        const leant = element === 'pitch' ? leantToScale(logits[i], lanes[lane], this.leaning) : logits[i];
        const value = sample(leant, 0, mask, spec, lanes[lane].random);
        words[lane][column] = value;
        lanes[lane].likelihood.ofWords += logProbability(logits[i], mask, value);
      }
    }
    return words;
  }
}
