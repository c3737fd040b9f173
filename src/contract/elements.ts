import { ELEMENTS, type Element } from '../model/tokens/vocabulary.ts';

/** The elements that words are made of, and the pedal, which a performer adds. */
export const ALL_ELEMENTS = [...ELEMENTS, 'pedal'] as const;
export type AnyElement = Element | 'pedal';

/** Those of the words among them. */
export const writtenOf = (elements: readonly AnyElement[]): Element[] =>
  ELEMENTS.filter((element) => elements.includes(element));

/** Elements whose notes or harmony the pedal goes with: where they are new, an old pedal would blur them. */
const PEDALLED: readonly AnyElement[] = ['chord', 'barBeat', 'type', 'pitch'];
export const movesPedal = (element: AnyElement): boolean => PEDALLED.includes(element);
