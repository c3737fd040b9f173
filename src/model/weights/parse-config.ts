import type { StackSpec } from '../engines/engine.ts';
import { ELEMENTS, type Element, VOCABULARY_SIZES } from '../tokens/vocabulary.ts';
import type {
  BookSpec,
  DecoderSpec,
  FeatureSpec,
  ModelConfig,
  OwnEncoder,
  PriorSpec,
  SamplingSpec,
  TransformerEncoder,
} from './config.ts';
import { Field } from './field.ts';

/** Reads and checks config.json. Throws an input error that names the file and the entry. */
export function parseConfig(bytes: Uint8Array, file: string): ModelConfig {
  const root = Field.ofFile(bytes, file);
  if (root.get('format').value !== 1) root.get('format').fail('1, the format that this version reads');
  for (const [name, size] of Object.entries(VOCABULARY_SIZES)) {
    const claimed = root.get('vocabulary').get(name);
    if (claimed.count() !== size) claimed.fail(`${size}, the size of this version's vocabulary`);
  }
  const codeRate = root.get('codeRate').oneOf('beat', 'word');
  return {
    format: 1,
    name: root.get('name').text(),
    codeRate,
    elements: root
      .get('elements')
      .list()
      .map((e) => e.element()),
    order: parseOrder(root.get('order')),
    emotion: root.get('emotion').oneOf('continuous', 'quadrant'),
    books: parseBooks(root.get('books'), codeRate),
    encoder: parseEncoder(root.get('encoder')),
    decoder: parseDecoder(root.get('decoder')),
    prior: parsePrior(root.get('prior')),
    sampling: parseSampling(root.get('sampling')),
    maxSteps: root.get('maxSteps').present ? root.get('maxSteps').count() : null,
    modeByValence: parseMode(root.get('modeByValence')),
  };
}

function parseOrder(field: Field): Element[] {
  const order = field.list().map((e) => e.element());
  if (new Set(order).size !== ELEMENTS.length || order[0] !== 'type' || order[1] !== 'barBeat')
    field.fail('each element once, type and barBeat first');
  return order;
}

function parseBooks(field: Field, codeRate: 'beat' | 'word'): BookSpec[] {
  const books = field.list().map((book): BookSpec => {
    const element = book.get('element');
    return {
      name: book.get('name').text(),
      element: !element.present || element.value === '*' || element.value === 'all' ? '*' : element.element(),
      size: book.get('size').count(2),
      dim: book.get('dim').count(),
    };
  });
  if (books.length === 0 || new Set(books.map((b) => b.name)).size !== books.length)
    field.fail('a list of books with a name each');
  if (codeRate === 'word' && books.length !== 1) field.fail('one shared book, as there is a code a word');
  return books;
}

function parseEncoder(field: Field): OwnEncoder | TransformerEncoder {
  const kind = field.get('kind').oneOf('own', 'transformer');
  if (kind === 'own') return { kind, hidden: field.get('hidden').count() };
  return { kind, stack: parseStack(field) };
}

/** Far more than any model of this kind has: a number beyond would be built for hours. */
const MOST_LAYERS = 256;
const MOST_WIDTH = 65_536;

function parseStack(field: Field): StackSpec {
  const width = field.get('width').count(1, MOST_WIDTH);
  const heads = field.get('heads').count(1, width);
  if (width % heads !== 0) field.get('heads').fail(`a divisor of the width ${width}`);
  const decay = field.get('decay');
  const decays = decay.present ? decay.list().map((g) => g.number()) : new Array<number>(heads).fill(1);
  if (decays.length !== heads || decays.some((g) => g <= 0 || g > 1))
    decay.fail(`${heads} numbers above 0 and at most 1`);
  return {
    layers: field.get('layers').count(1, MOST_LAYERS),
    heads,
    width,
    ffn: field.get('ffn').present ? field.get('ffn').count(1, 4 * MOST_WIDTH) : 4 * width,
    norm: field.get('norm').oneOf('pre', 'post'),
    cross: field.get('cross').value === true,
    decay: decays,
  };
}

function parseFeatures(field: Field): FeatureSpec[] {
  return field.list().map((entry) => {
    const [name, size] = entry.list();
    if (!name || !size) entry.fail('a name and a size');
    return [name.text(), size.count()] as const;
  });
}

/** The quadrant's table may stand in the list of features; it is looked up apart, as only the first step has one. */
const withoutEmotion = (features: readonly FeatureSpec[]): FeatureSpec[] =>
  features.filter(([name]) => name !== 'emotion');

function parseDecoder(field: Field): DecoderSpec {
  const joins = Object.fromEntries(
    ELEMENTS.map((e) => {
      const list = field.get('joins').get(e);
      return [e, list.present ? list.list().map((j) => j.element()) : []];
    }),
  ) as unknown as Record<Element, Element[]>;
  const memory = field.get('memory').oneOf('aligned', 'cross');
  const global = parseStack(field.get('global'));
  if (global.cross !== (memory === 'cross')) field.get('memory').fail(`what 'global.cross' says`);
  return {
    features: withoutEmotion(parseFeatures(field.get('features'))),
    positions: field.get('positions').oneOf('none', 'sinusoidal'),
    memory,
    globalBooks: field.get('globalBooks').present
      ? field
          .get('globalBooks')
          .list()
          .map((b) => b.text())
      : [],
    global,
    element: parseStack(field.get('element')),
    joins,
    hidden: field.get('hidden').count(0),
  };
}

function parsePrior(field: Field): PriorSpec {
  return {
    features: field.get('features').present ? parseFeatures(field.get('features')) : [],
    positions: field.get('positions').oneOf('none', 'sinusoidal'),
    stack: parseStack(field.get('stack')),
    hidden: field.get('hidden').present ? field.get('hidden').count(0) : 0,
    form: field.get('form').value === true,
  };
}

/** Measured: at the full temperature bars that should return come back half forgotten. */
const RETURN_TEMPERATURE = 0.5;
const STRENGTHS = ['guidance', 'decoderGuidance', 'returnTemperature'] as const;
const isStrength = (name: string): name is (typeof STRENGTHS)[number] =>
  (STRENGTHS as readonly string[]).includes(name);

/** Flat: an element's name, `prior` (every book), `prior.<book>`, and the strengths above. */
function parseSampling(field: Field): ModelConfig['sampling'] {
  const elements: Record<string, SamplingSpec> = {};
  const books: Record<string, SamplingSpec> = {};
  const strengths = { guidance: 1, decoderGuidance: 1, returnTemperature: RETURN_TEMPERATURE };
  for (const [name, entry] of field.present ? field.entries() : []) {
    if (isStrength(name)) strengths[name] = entry.number();
    else if (name.startsWith('prior')) books[name.replace('prior.', '')] = parseSamplingSpec(entry);
    else elements[name] = parseSamplingSpec(entry);
  }
  const { guidance: priorGuidance, decoderGuidance, returnTemperature } = strengths;
  return { elements, books, priorGuidance, decoderGuidance, returnTemperature };
}

function parseSamplingSpec(field: Field): SamplingSpec {
  const temperature = field.get('temperature');
  if (temperature.number() <= 0) temperature.fail('above 0');
  const topP = field.get('topP');
  if (topP.number() <= 0 || topP.number() > 1) topP.fail('above 0 and at most 1');
  return { temperature: temperature.number(), topP: topP.number() };
}

/** Where the config is silent: .76 of EMOPIA's clips of positive valence are in major, .35 of the others (at +-0.5). */
function parseMode(field: Field): ModelConfig['modeByValence'] {
  if (!field.present) return { bias: 0.27, slope: 1.77, arousal: 0 };
  const arousal = field.get('arousal');
  return {
    bias: field.get('bias').number(),
    slope: field.get('slope').number(),
    arousal: arousal.present ? arousal.number() : 0,
  };
}
