import type { SamplingSpec } from '../weights/config.ts';
import { Field } from '../weights/field.ts';
import { GROUP_NAMES, GROUP_TABLES, type GroupName } from './beat-entries.ts';
import { LAGS } from './returns.ts';
import { ELEMENTS, type Element, FEATURES, ORDER, SIZES } from './vocabulary.ts';

/** Pre-norm layers of causal softmax attention in a window, rotary positions; a final norm. */
export interface WindowStackSpec {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly ffn: number;
  /** Steps that a step sees, itself included. */
  readonly window: number;
  /** The shortest period of musical time that heads can tell; each next one is twice as long. */
  readonly firstPeriod: number;
}

/** A slice of a beat and its codebooks: the first holds the plan, the further ones what is left of the slice. */
export interface GroupSpec {
  readonly name: GroupName;
  readonly element: Element;
  readonly books: readonly number[];
  readonly dim: number;
}

/** An element's own decoder: feed-forward layers, then a head. */
interface ElementSpec {
  readonly layers: number;
  readonly width: number;
  readonly ffn: number;
  readonly hidden: number;
  /** Elements of the same word, chosen before, that the head is told. */
  readonly joins: Readonly<Record<Element, readonly Element[]>>;
}

/** What config.json of format 2 says. */
export interface GeneratorConfig {
  readonly name: string;
  /** In the order in which the prior chooses their codes. */
  readonly groups: readonly GroupSpec[];
  readonly encoderHidden: number;
  readonly decoder: {
    readonly stack: WindowStackSpec;
    /** Groups that the stack sees; each element's decoder sees its own. */
    readonly sharedGroups: readonly GroupName[];
    readonly element: ElementSpec;
  };
  readonly prior: {
    readonly stack: WindowStackSpec;
    readonly hidden: number;
    /** A beat is told the codes of the beat before and of those so many beats before. */
    readonly lags: readonly number[];
  };
  readonly sampling: GeneratorSampling;
  /** P(major) = 1 / (1 + exp(-(bias + slope * valence + arousal * arousal asked))) where the key is free. */
  readonly modeByValence: { readonly bias: number; readonly slope: number; readonly arousal: number };
}

export interface GeneratorSampling {
  readonly elements: Readonly<Record<Element, SamplingSpec>>;
  /** For the codes of every group. */
  readonly prior: SamplingSpec;
  /** Strength of classifier-free guidance of the plan; 1 = none. */
  readonly guidance: number;
}

/** Phrases mostly begin every four or eight bars: the prior knows the bar of so many. */
export const PHRASE_BARS = 8;
/** Features of a beat that the prior is told: beat of the bar, bars to the end, mode, bar of the phrase. */
export const PRIOR_FEATURES = [
  ['place', 4],
  ['ending', 5],
  ['mode', 3],
  ['phrase', PHRASE_BARS],
] as const;
export const FORMAT = 2;
/** No model of ours comes near; a config that claims more is answered at once. */
const [MOST_LAYERS, MOST_WIDTH, MOST_CODES] = [256, 65_536, 65_536];

/** The format that a config.json claims; null where it claims none. Throws an input error when it is not JSON. */
export function formatOf(bytes: Uint8Array, file: string): number | null {
  const format = Field.ofFile(bytes, file).get('format');
  return typeof format.value === 'number' ? format.value : null;
}

/** Reads and checks a config.json of format 2. Throws an input error that names the file and the entry. */
export function parseGeneratorConfig(bytes: Uint8Array, file: string): GeneratorConfig {
  const root = Field.ofFile(bytes, file);
  if (root.get('format').value !== FORMAT) root.get('format').fail(`${FORMAT}, the format of this generator`);
  requireSame(root.get('vocabulary'), Object.entries(SIZES));
  requireJson(root.get('order'), ORDER);
  requireJson(root.get('decoder').get('features'), FEATURES);
  requireJson(root.get('prior').get('features'), PRIOR_FEATURES);
  requireJson(root.get('prior').get('returns'), LAGS);
  // Decoders that were also told what they had played did not write better, and are not run any more.
  const lags = root.get('decoder').get('lags');
  if (lags.present && lags.list().length > 0) lags.fail('an empty list');
  return {
    name: root.get('name').text(),
    groups: parseGroups(root.get('groups')),
    encoderHidden: root.get('encoder').get('hidden').count(1, MOST_WIDTH),
    decoder: {
      stack: parseStack(root.get('decoder').get('stack')),
      sharedGroups: root
        .get('decoder')
        .get('sharedGroups')
        .list()
        .map((group) => group.oneOf(...GROUP_NAMES)),
      element: parseElement(root.get('decoder').get('element')),
    },
    prior: {
      stack: parseStack(root.get('prior').get('stack')),
      hidden: root.get('prior').get('hidden').count(1, MOST_WIDTH),
      lags: parseLags(root.get('prior').get('lags')),
    },
    sampling: parseSampling(root.get('sampling')),
    modeByValence: {
      bias: root.get('modeByValence').get('bias').number(),
      slope: root.get('modeByValence').get('slope').number(),
      arousal: root.get('modeByValence').get('arousal').number(),
    },
  };
}

/** From two beats on: the beat before is told anyway. */
const parseLags = (field: Field): number[] => field.list().map((lag) => lag.count(2, 1024));

function requireSame(field: Field, sizes: readonly (readonly [string, number])[]): void {
  for (const [name, size] of sizes)
    if (field.get(name).count() !== size) field.get(name).fail(`${size}, the size of this version`);
}

function requireJson(field: Field, expected: readonly unknown[]): void {
  const json = JSON.stringify(expected);
  if (JSON.stringify(field.value) !== json) field.fail(`${json}, as in this version`);
}

function parseGroups(field: Field): GroupSpec[] {
  const groups = field.list().map((group): GroupSpec => {
    const name = group.get('name').oneOf(...GROUP_NAMES);
    if (group.get('rows').count() !== GROUP_TABLES[name].rows)
      group.get('rows').fail(`${GROUP_TABLES[name].rows}, as in this version`);
    const books = group
      .get('books')
      .list()
      .map((size) => size.count(2, MOST_CODES));
    if (books.length === 0) group.get('books').fail('at least one size');
    return {
      name,
      element: group.get('element').oneOf(...ELEMENTS),
      books,
      dim: group.get('dim').count(1, MOST_WIDTH),
    };
  });
  if (groups.length !== GROUP_NAMES.length || new Set(groups.map(({ name }) => name)).size !== groups.length)
    field.fail(`each of ${GROUP_NAMES.join(', ')} once`);
  return groups;
}

function parseStack(field: Field): WindowStackSpec {
  const [layers, heads, width, ffn, window, firstPeriod] = [
    'layers',
    'heads',
    'width',
    'ffn',
    'window',
    'firstPeriod',
  ].map((name) => field.get(name).count(1, name === 'layers' ? MOST_LAYERS : MOST_WIDTH));
  // A half of a head turns by place and a half by time, in pairs.
  if (width % (4 * heads) !== 0) field.get('width').fail(`a multiple of four times the ${heads} heads`);
  return { layers, heads, width, ffn, window, firstPeriod };
}

function parseElement(field: Field): ElementSpec {
  const joins = (element: Element): Element[] =>
    field
      .get('joins')
      .get(element)
      .list()
      .map((joined) => {
        const name = joined.oneOf(...ELEMENTS);
        if (ORDER.indexOf(name) >= ORDER.indexOf(element)) joined.fail('an element chosen before');
        return name;
      });
  return {
    layers: field.get('layers').count(0, MOST_LAYERS),
    width: field.get('width').count(1, MOST_WIDTH),
    ffn: field.get('ffn').count(1, MOST_WIDTH),
    hidden: field.get('hidden').count(1, MOST_WIDTH),
    joins: Object.fromEntries(ELEMENTS.map((e) => [e, joins(e)])) as Record<Element, Element[]>,
  };
}

function parseSampling(field: Field): GeneratorSampling {
  const spec = (of: Field): SamplingSpec => {
    const [temperature, topP] = [of.get('temperature'), of.get('topP')];
    if (temperature.number() <= 0) temperature.fail('above 0');
    if (topP.number() <= 0 || topP.number() > 1) topP.fail('above 0 and at most 1');
    return { temperature: temperature.number(), topP: topP.number() };
  };
  const guidance = field.get('guidance');
  if (guidance.number() < 0) guidance.fail('at least 0');
  return {
    elements: Object.fromEntries(ELEMENTS.map((e) => [e, spec(field.get(e))])) as Record<
      Element,
      SamplingSpec
    >,
    prior: spec(field.get('prior')),
    guidance: guidance.number(),
  };
}
