import { requireInput } from '../error.ts';
import type { Guidance } from '../muser/plan.ts';
import { checkSampling } from '../muser/sampling.ts';
import { cooled } from '../muser/settings.ts';
import type { SamplingSpec } from '../weights/config.ts';
import type { GeneratorConfig, GeneratorSampling } from './config.ts';
import { ELEMENTS, type Element } from './vocabulary.ts';

const MAX_GUIDANCE = 20;
/** Strengths that change nothing. */
export const PLAIN: Guidance = { prior: 1, decoder: 1 };

export interface SamplingAsked {
  /** Multiplies every temperature. */
  readonly temperature?: number;
  readonly priorGuidance?: number;
  readonly decoderGuidance?: number;
}

/** The model's own settings, warmer or cooler, with another strength of guidance. Throws an input error for what is out of range. */
export function samplingOf(
  { sampling }: GeneratorConfig,
  { temperature = 1, priorGuidance = sampling.guidance }: SamplingAsked,
): GeneratorSampling {
  checkSampling('temperature', { temperature, topP: 1 });
  return {
    elements: Object.fromEntries(
      ELEMENTS.map((e) => [e, cooled(sampling.elements[e], temperature)]),
    ) as Record<Element, SamplingSpec>,
    prior: cooled(sampling.prior, temperature),
    guidance: checked('prior', priorGuidance),
  };
}

/** How strongly the emotion is enforced throughout; undefined where the sampling says it all. */
export function guidanceAsked(
  { sampling }: GeneratorConfig,
  { priorGuidance = sampling.guidance, decoderGuidance = PLAIN.decoder }: SamplingAsked,
): Guidance | undefined {
  const asked = { prior: priorGuidance, decoder: checked('decoder', decoderGuidance) };
  return asked.decoder === PLAIN.decoder ? undefined : asked;
}

function checked(name: string, strength: number): number {
  requireInput(
    Number.isFinite(strength) && strength >= 0 && strength <= MAX_GUIDANCE,
    `${name} guidance must be 0 to ${MAX_GUIDANCE}, got ${strength}`,
  );
  return strength;
}
