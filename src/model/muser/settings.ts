import { requireInput } from '../error.ts';
import { ELEMENTS, type Element } from '../tokens/vocabulary.ts';
import type { ModelConfig, SamplingSpec } from '../weights/config.ts';
import { checkSampling } from './sampling.ts';

/** What may be set beside the conditions; whatever is left out comes from the model's config. */
export interface SamplingSettings {
  readonly elements?: Partial<Record<Element, Partial<SamplingSpec>>>;
  /** For every book of the prior. */
  readonly prior?: Partial<SamplingSpec>;
  /** Multiplies the temperature of every element and book. */
  readonly temperature?: number;
  /** Temperature factor in bars that return to an earlier one. */
  readonly returnTemperature?: number;
  readonly priorGuidance?: number;
  readonly decoderGuidance?: number;
}

/** Settings with nothing left open. */
export interface Sampling {
  readonly elements: Readonly<Record<Element, SamplingSpec>>;
  /** One a book, then one for the form. */
  readonly books: readonly SamplingSpec[];
  readonly returnTemperature: number;
  readonly priorGuidance: number;
  readonly decoderGuidance: number;
}

const PLAIN: SamplingSpec = { temperature: 1, topP: 0.95 };

/** Fills and checks settings; throws an input error that names what is out of range. */
export function resolveSampling(config: ModelConfig, settings: SamplingSettings = {}): Sampling {
  const factor = settings.temperature ?? 1;
  checkSampling('temperature', { temperature: factor, topP: 1 });
  const element = (e: Element): SamplingSpec => {
    const spec = { ...PLAIN, ...config.sampling.elements[e], ...settings.elements?.[e] };
    checkSampling(e, spec);
    return cooled(spec, factor);
  };
  const book = (name: string): SamplingSpec => {
    const spec = {
      ...PLAIN,
      ...config.sampling.books.prior,
      ...config.sampling.books[name],
      ...settings.prior,
    };
    checkSampling(`prior of ${name}`, spec);
    // Which bars return is a matter of structure, not of adventure.
    return name === 'form' ? spec : cooled(spec, factor);
  };
  const returnTemperature = settings.returnTemperature ?? config.sampling.returnTemperature;
  checkSampling('returning bars', { temperature: returnTemperature, topP: 1 });
  return {
    returnTemperature,
    elements: Object.fromEntries(ELEMENTS.map((e) => [e, element(e)])) as Record<Element, SamplingSpec>,
    books: [...config.books.map((b) => b.name), 'form'].map(book),
    priorGuidance: guidance('prior', settings.priorGuidance ?? config.sampling.priorGuidance, config),
    decoderGuidance: guidance('decoder', settings.decoderGuidance ?? config.sampling.decoderGuidance, config),
  };
}

/** The same, at another temperature. */
export const cooled = (spec: SamplingSpec, factor: number): SamplingSpec => ({
  ...spec,
  temperature: spec.temperature * factor,
});

/** A model of labels was never trained without one, so it cannot be guided. */
function guidance(name: string, strength: number, config: ModelConfig): number {
  requireInput(
    Number.isFinite(strength) && strength >= 0 && strength <= 20,
    `${name} guidance must be 0 to 20, got ${strength}`,
  );
  return config.codeRate === 'word' ? 1 : strength;
}
