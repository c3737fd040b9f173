import type { StackSpec } from '../engines/engine.ts';
import type { Element } from '../tokens/vocabulary.ts';

/** One codebook: the element it belongs to ('*' where all elements share it), codes, dimensions of a code. */
export interface BookSpec {
  readonly name: string;
  readonly element: Element | '*';
  readonly size: number;
  readonly dim: number;
}

/** Name and number of values of a table that is added to a step's input. */
export type FeatureSpec = readonly [name: string, size: number];

export interface SamplingSpec {
  /** Logits are divided by it; above 0. */
  readonly temperature: number;
  /** Nucleus: the smallest set of values that holds this probability; 0 < topP <= 1. */
  readonly topP: number;
}

/** Each book has its own small network over the features of a beat. */
export interface OwnEncoder {
  readonly kind: 'own';
  readonly hidden: number;
}

/** One transformer over the words, then a projection to a code for each word. */
export interface TransformerEncoder {
  readonly kind: 'transformer';
  readonly stack: StackSpec;
}

export interface DecoderSpec {
  readonly features: readonly FeatureSpec[];
  readonly positions: 'none' | 'sinusoidal';
  /** How the global stack sees the codes: the beat's and the next beat's rows, or cross-attention over all. */
  readonly memory: 'aligned' | 'cross';
  /** Elements whose books the global stack sees (aligned memory). */
  readonly globalBooks: readonly string[];
  readonly global: StackSpec;
  readonly element: StackSpec;
  /** Elements already chosen in the same word that an element's head is told. */
  readonly joins: Readonly<Record<Element, readonly Element[]>>;
  /** Width of the hidden layer of a head; 0 = none. */
  readonly hidden: number;
}

export interface PriorSpec {
  readonly features: readonly FeatureSpec[];
  readonly positions: 'none' | 'sinusoidal';
  readonly stack: StackSpec;
  readonly hidden: number;
  /** True if it also says which earlier bar the next one returns to. */
  readonly form: boolean;
}

/** What config.json says; the weights file must hold exactly the tensors that follow from it. */
export interface ModelConfig {
  readonly format: 1;
  readonly name: string;
  /** What a code stands for. */
  readonly codeRate: 'beat' | 'word';
  readonly elements: readonly Element[];
  /** Order in which a word's elements are chosen. */
  readonly order: readonly Element[];
  readonly emotion: 'continuous' | 'quadrant';
  /** In the order in which the prior chooses them. */
  readonly books: readonly BookSpec[];
  readonly encoder: OwnEncoder | TransformerEncoder;
  readonly decoder: DecoderSpec;
  readonly prior: PriorSpec;
  readonly sampling: {
    readonly elements: Readonly<Record<string, SamplingSpec>>;
    readonly books: Readonly<Record<string, SamplingSpec>>;
    /** Strength of classifier-free guidance; 1 = none. */
    readonly priorGuidance: number;
    readonly decoderGuidance: number;
    /** Temperature factor in bars that return to an earlier one; below 1, so that they really do. */
    readonly returnTemperature: number;
  };
  /** Longest sequence the model was made for, in words; null = any. */
  readonly maxSteps: number | null;
  /** P(major) = 1 / (1 + exp(-(bias + slope * valence + arousal * arousal asked))) where the key is free. */
  readonly modeByValence: { readonly bias: number; readonly slope: number; readonly arousal: number };
}
