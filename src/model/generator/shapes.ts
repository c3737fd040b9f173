import { REFERENCE } from './bar-reference.ts';
import { GROUP_TABLES } from './beat-entries.ts';
import { type GeneratorConfig, type GroupSpec, PRIOR_FEATURES, type WindowStackSpec } from './config.ts';
import { RETURN_VALUES } from './returns.ts';
import { ELEMENTS, type Element, FEATURES, SIZES } from './vocabulary.ts';

/** Width of the hidden layer that reads (valence, arousal, valence * arousal). */
const EMOTION_HIDDEN = 64;

/** Tensor name and dimensions that a weights file must hold for this config; written by training/generator/export.py. */
export function generatorShapes(config: GeneratorConfig): Map<string, readonly number[]> {
  const shapes = new Shapes();
  const { decoder, prior, groups } = config;
  const width = decoder.stack.width;
  for (const group of groups) shapes.group(group, config.encoderHidden);
  shapes.tables('decoder.embed', FEATURES, width);
  for (const [name, size] of REFERENCE) shapes.all.set(`decoder.reference.${name}`, [size, width]);
  shapes.emotion('decoder.emotion', width);
  shapes.reader(
    'decoder.read',
    groups.filter(({ name }) => decoder.sharedGroups.includes(name)),
    width,
  );
  shapes.stack('decoder', decoder.stack);
  for (const element of ELEMENTS) shapes.element(element, config);
  shapes.tables('prior.embed', PRIOR_FEATURES, prior.stack.width);
  shapes.emotion('prior.emotion', prior.stack.width);
  shapes.stack('prior', prior.stack);
  shapes.head('prior.returns.head', prior.stack.width, prior.hidden, RETURN_VALUES);
  for (const table of ['before', 'value'])
    shapes.all.set(`prior.returns.${table}`, [RETURN_VALUES, prior.stack.width]);
  shapes.all.set('prior.returns.copy', [RETURN_VALUES, groups.length]);
  for (const { name, books } of groups) {
    shapes.all.set(`prior.returns.codes.${name}`, [books[0], prior.stack.width]);
    shapes.all.set(`prior.last.${name}`, [books[0], prior.stack.width]);
    for (const lag of prior.lags)
      shapes.all.set(`prior.earlier.${lag}.${name}`, [books[0], prior.stack.width]);
    shapes.all.set(`prior.chain.${name}`, [books[0], prior.stack.width]);
    shapes.head(`prior.heads.${name}`, prior.stack.width, prior.hidden, books[0]);
  }
  return shapes.all;
}

class Shapes {
  readonly all = new Map<string, readonly number[]>();

  linear(name: string, inputs: number, outputs: number): void {
    this.all.set(`${name}.weight`, [outputs, inputs]);
    this.all.set(`${name}.bias`, [outputs]);
  }

  head(name: string, width: number, hidden: number, outputs: number): void {
    this.norm(`${name}.norm`, width);
    this.linear(`${name}.in`, width, hidden);
    this.linear(`${name}.out`, hidden, outputs);
  }

  norm(name: string, width: number): void {
    this.all.set(`${name}.weight`, [width]);
    this.all.set(`${name}.bias`, [width]);
  }

  tables(name: string, features: readonly (readonly [string, number])[], width: number): void {
    for (const [feature, size] of features) this.all.set(`${name}.${feature}`, [size, width]);
    this.all.set(`${name}.bias`, [width]);
  }

  emotion(name: string, width: number): void {
    this.linear(`${name}.in`, 3, EMOTION_HIDDEN);
    this.linear(`${name}.out`, EMOTION_HIDDEN, width);
    this.all.set(`${name}.none`, [width]);
  }

  stack(name: string, { layers, width, ffn }: WindowStackSpec): void {
    for (let i = 0; i < layers; i++) {
      const layer = `${name}.layers.${i}`;
      this.norm(`${layer}.norm1`, width);
      this.norm(`${layer}.norm2`, width);
      this.linear(`${layer}.attn.qkv`, width, 3 * width);
      this.linear(`${layer}.attn.out`, width, width);
      this.linear(`${layer}.ffn.up`, width, ffn);
      this.linear(`${layer}.ffn.down`, ffn, width);
    }
    this.norm(`${name}.norm`, width);
  }

  group({ name, books, dim }: GroupSpec, hidden: number): void {
    this.all.set(`encode.${name}.table`, [GROUP_TABLES[name].rows, hidden]);
    this.linear(`encode.${name}.in`, hidden, hidden);
    this.linear(`encode.${name}.out`, hidden, dim);
    for (const [level, size] of books.entries()) this.all.set(`books.${name}.${level}`, [size, dim]);
  }

  reader(name: string, groups: readonly GroupSpec[], width: number): void {
    for (const group of groups)
      for (const [level, size] of group.books.entries())
        this.all.set(`${name}.${group.name}.${level}`, [size, 2 * width]);
    this.all.set(`${name}.none`, [2 * width]);
  }

  element(element: Element, { decoder, groups }: GeneratorConfig): void {
    const { layers, width, ffn, hidden, joins } = decoder.element;
    const name = `elements.${element}`;
    const own = groups.filter((group) => group.element === element);
    if (own.length > 0) this.reader(`${name}.read`, own, width);
    this.linear(`${name}.enter`, decoder.stack.width, width);
    for (let i = 0; i < layers; i++) {
      this.norm(`${name}.layers.${i}.norm`, width);
      this.linear(`${name}.layers.${i}.up`, width, ffn);
      this.linear(`${name}.layers.${i}.down`, ffn, width);
    }
    this.norm(`${name}.norm`, width);
    this.linear(`${name}.in`, width, hidden);
    this.linear(`${name}.out`, hidden, SIZES[element]);
    for (const joined of joins[element]) this.all.set(`${name}.join.${joined}`, [SIZES[joined], hidden]);
  }
}
