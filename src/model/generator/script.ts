import { requireInput } from '../error.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import { checkSampling } from '../muser/sampling.ts';
import { cooled } from '../muser/settings.ts';

import type { SamplingSpec } from '../weights/config.ts';
import type { GeneratorConfig, GeneratorSampling } from './config.ts';
import { ELEMENTS, type Element } from './vocabulary.ts';

/** What one piece is to be. */
export interface Script {
  /** The same seed gives the same music, alone or beside others. */
  readonly seed: number;
  /** null = for as long as it is asked. */
  readonly bars: number | null;
  /** 1..4 */
  readonly beatsPerBar: number;
  /** null = not told. */
  emotionOf(bar: number): Emotion | null;
  /** 1 major, 2 minor, 0 not told. */
  modeOf(bar: number): number;
  /** Bars to the end, the last bar included: 1..4; 0 = not told. */
  endingOf(bar: number): number;
  /** Tempo value kept throughout; free where absent. */
  readonly tempo?: number;
}

const MAX_GUIDANCE = 20;

/** The model's own settings, warmer or cooler, with another strength of guidance. Throws an input error for what is out of range. */
export function samplingOf(
  { sampling }: GeneratorConfig,
  { temperature = 1, guidance = sampling.guidance }: { temperature?: number; guidance?: number },
): GeneratorSampling {
  checkSampling('temperature', { temperature, topP: 1 });
  requireInput(
    Number.isFinite(guidance) && guidance >= 0 && guidance <= MAX_GUIDANCE,
    `guidance must be 0 to ${MAX_GUIDANCE}, got ${guidance}`,
  );
  return {
    elements: Object.fromEntries(
      ELEMENTS.map((e) => [e, cooled(sampling.elements[e], temperature)]),
    ) as Record<Element, SamplingSpec>,
    prior: cooled(sampling.prior, temperature),
    guidance,
  };
}
