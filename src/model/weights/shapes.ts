import type { StackSpec } from '../engines/engine.ts';
import { ELEMENTS, VOCABULARY_SIZES } from '../tokens/vocabulary.ts';
import type { ModelConfig } from './config.ts';

/** Tensor name and dimensions; -1 stands for a number that the config does not fix. */
export type Shapes = Map<string, readonly number[]>;

/** Length of the vector that each book of a beat encoder reads (see muser/beat-view.ts). */
export const BEAT_VIEW_SIZES: Readonly<Record<string, number>> = {
  tempo: 56,
  chord: 135,
  type: 16,
  barBeat: 8,
  pitchBass: 87,
  pitchTop: 87,
  pitchClasses: 21,
  duration: 19,
  velocity: 47,
};
/** Width of the hidden layer that reads (valence, arousal, valence * arousal). */
const EMOTION_HIDDEN = 64;
/** Rows of a quadrant table: none, Q1..Q4. */
const QUADRANT_ROWS = 5;
/** Values of the prior's form head. */
const FORM_ROWS = 17;

/** The tensors that a weights file must hold for this config. */
export function expectedShapes(config: ModelConfig): Shapes {
  const shapes: Shapes = new Map();
  for (const book of config.books) shapes.set(`books.${book.name}`, [book.size, book.dim]);
  addEncoder(shapes, config);
  addDecoder(shapes, config);
  addHeads(shapes, config);
  if (config.codeRate === 'beat') addBeatPrior(shapes, config);
  else addWordPrior(shapes, config);
  return shapes;
}

function addLinear(shapes: Shapes, name: string, inputs: number, outputs: number): void {
  shapes.set(`${name}.weight`, [outputs, inputs]);
  shapes.set(`${name}.bias`, [outputs]);
}

function addNorm(shapes: Shapes, name: string, width: number): void {
  shapes.set(`${name}.weight`, [width]);
  shapes.set(`${name}.bias`, [width]);
}

function addStack(shapes: Shapes, name: string, spec: StackSpec): void {
  const { width, ffn } = spec;
  for (let i = 0; i < spec.layers; i++) {
    const layer = `${name}.layers.${i}`;
    for (const norm of spec.cross ? ['norm1', 'norm2', 'norm3'] : ['norm1', 'norm2'])
      addNorm(shapes, `${layer}.${norm}`, width);
    addLinear(shapes, `${layer}.attn.qkv`, width, 3 * width);
    addLinear(shapes, `${layer}.attn.out`, width, width);
    if (spec.cross) {
      addLinear(shapes, `${layer}.cross.q`, width, width);
      addLinear(shapes, `${layer}.cross.kv`, width, 2 * width);
      addLinear(shapes, `${layer}.cross.out`, width, width);
    }
    addLinear(shapes, `${layer}.ffn.up`, width, ffn);
    addLinear(shapes, `${layer}.ffn.down`, ffn, width);
  }
  addNorm(shapes, `${name}.norm`, width);
}

function addEmotion(shapes: Shapes, name: string, table: string, config: ModelConfig, width: number): void {
  if (config.emotion === 'quadrant') {
    shapes.set(table, [QUADRANT_ROWS, width]);
    return;
  }
  addLinear(shapes, `${name}.in`, 3, EMOTION_HIDDEN);
  addLinear(shapes, `${name}.out`, EMOTION_HIDDEN, width);
  shapes.set(`${name}.none`, [width]);
}

function addEncoder(shapes: Shapes, config: ModelConfig): void {
  const { encoder, books } = config;
  if (encoder.kind === 'own') {
    for (const book of books) {
      addLinear(shapes, `encoder.${book.name}.in`, BEAT_VIEW_SIZES[book.name] ?? -1, encoder.hidden);
      addLinear(shapes, `encoder.${book.name}.out`, encoder.hidden, book.dim);
    }
    return;
  }
  const { width } = encoder.stack;
  for (const e of ELEMENTS) shapes.set(`encoder.embed.${e}`, [VOCABULARY_SIZES[e], width]);
  shapes.set('encoder.embed.bias', [width]);
  addStack(shapes, 'encoder', encoder.stack);
  addLinear(shapes, 'encoder.out', width, books[0].dim);
}

function addDecoder(shapes: Shapes, config: ModelConfig): void {
  const { features, global, element, memory, globalBooks } = config.decoder;
  for (const [name, size] of features) shapes.set(`decoder.embed.${name}`, [size, global.width]);
  shapes.set('decoder.embed.bias', [global.width]);
  addEmotion(shapes, 'decoder.emotion', 'decoder.embed.emotion', config, global.width);
  addStack(shapes, 'global', global);
  const bookOf = (e: string) => config.books.filter((book) => book.element === e);
  if (memory === 'cross') {
    shapes.set('decoder.memory.codes', [config.books[0].size, global.width]);
    addLinear(shapes, 'decoder.memory', config.books[0].dim, global.width);
  } else
    for (const book of globalBooks.flatMap(bookOf))
      for (const when of ['cur', 'next'])
        shapes.set(`decoder.memory.${when}.${book.name}`, [book.size, global.width]);
  for (const e of config.elements) {
    addLinear(shapes, `elements.${e}.in`, global.width, element.width);
    if (memory === 'cross') shapes.set(`elements.${e}.codes`, [config.books[0].size, element.width]);
    else
      for (const book of bookOf(e))
        for (const when of ['cur', 'next'])
          shapes.set(`elements.${e}.${when}.${book.name}`, [book.size, element.width]);
    addStack(shapes, `elements.${e}`, element);
  }
}

function addHeads(shapes: Shapes, config: ModelConfig): void {
  const { hidden, element, joins } = config.decoder;
  for (const e of config.elements) {
    const values = VOCABULARY_SIZES[e];
    addLinear(shapes, `heads.${e}.in`, element.width, hidden || values);
    for (const j of joins[e]) shapes.set(`heads.${e}.join.${j}`, [VOCABULARY_SIZES[j], hidden || values]);
    if (hidden) addLinear(shapes, `heads.${e}.out`, hidden, values);
  }
}

function addBeatPrior(shapes: Shapes, config: ModelConfig): void {
  const { stack, features, hidden, form } = config.prior;
  const { width } = stack;
  shapes.set('prior.embed.bias', [width]);
  for (const [name, size] of features) shapes.set(`prior.embed.${name}`, [size, width]);
  addEmotion(shapes, 'prior.emotion', 'prior.embed.emotion', config, width);
  addStack(shapes, 'prior', stack);
  for (const { name, size } of config.books) {
    for (const table of ['last', 'ref', 'chain']) shapes.set(`prior.${table}.${name}`, [size, width]);
    addPriorHead(shapes, name, width, hidden, size);
  }
  if (form) addPriorHead(shapes, 'form', width, hidden, FORM_ROWS);
}

function addPriorHead(shapes: Shapes, name: string, width: number, hidden: number, size: number): void {
  addNorm(shapes, `prior.heads.${name}.norm`, width);
  addLinear(shapes, `prior.heads.${name}.in`, width, hidden);
  addLinear(shapes, `prior.heads.${name}.out`, hidden, size);
}

function addWordPrior(shapes: Shapes, config: ModelConfig): void {
  const { stack } = config.prior;
  shapes.set('prior.embed.code', [-1, stack.width]);
  shapes.set('prior.embed.emotion', [QUADRANT_ROWS, stack.width]);
  addStack(shapes, 'prior', stack);
  addLinear(shapes, 'prior.out', stack.width, -1);
  shapes.set('prior.codes', [-1]);
}
