import type { Dense, Engine, Stack, StackState } from '../engines/engine.ts';
import { ELEMENTS, type Element } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import type { WayBack } from './lane.ts';
import type { CodeMemory, CodeView } from './memory.ts';

interface ElementDecoder {
  readonly element: Element;
  readonly input: Dense;
  readonly stack: Stack;
  readonly x: Float32Array;
  output: Float32Array;
}

/**
 * One small stack an element: sees the global stack's output and the element's own codes, nothing of the others'.
 * Tensors: `elements.<e>.in`, `elements.<e>.layers…`.
 */
export class ElementDecoders {
  private readonly list: readonly ElementDecoder[];
  private readonly decoders: ReadonlyMap<Element, ElementDecoder>;
  private readonly wanted: Uint8Array;
  private readonly batch: number;
  private readonly memory: CodeMemory;

  constructor(weights: WeightSet, engine: Engine, batch: number, memory: CodeMemory) {
    const { elements, decoder } = weights.config;
    this.batch = batch;
    this.memory = memory;
    this.wanted = new Uint8Array(batch);
    this.list = elements.map((element) => ({
      element,
      input: engine.dense(`elements.${element}.in`, batch),
      stack: engine.stack(`elements.${element}`, decoder.element, batch),
      x: new Float32Array(batch * decoder.element.width),
      output: new Float32Array(0),
    }));
    this.decoders = new Map(this.list.map((decoder) => [decoder.element, decoder]));
  }

  /** @param h the global stack's output, batch rows; @param codes of each row, null where it is not active */
  async step(h: Float32Array, active: Uint8Array, codes: readonly (CodeView | null)[]): Promise<void> {
    for (const decoder of this.list) {
      const { element, input, stack, x } = decoder;
      x.set(await input.apply(h, this.batch));
      for (let row = 0; row < this.batch; row++) {
        const view = codes[row];
        if (view && active[row]) this.memory.addElement(element, view, x, row * stack.width);
      }
      // A word carries only some elements: where the engine can, the others' outputs are never computed.
      if (stack.takeIn) await stack.takeIn(x, active);
      else decoder.output = await stack.step(x, active);
    }
  }

  /** The last step's output of an element's stack, batch rows, right for `rows`. To be asked once a step for a row. */
  async output(element: Element, rows: readonly number[]): Promise<Float32Array> {
    const decoder = this.decoders.get(element)!;
    if (!decoder.stack.answer) return decoder.output;
    this.wanted.fill(0);
    for (const row of rows) this.wanted[row] = 1;
    return decoder.stack.answer(this.wanted);
  }

  async mark(row: number): Promise<WayBack> {
    const states: StackState[] = [];
    for (const { stack } of this.list) states.push(await stack.save(row));
    return () => {
      this.list.forEach(({ stack }, i) => {
        stack.restore(row, states[i]);
      });
    };
  }

  async copyRow(from: number, to: number): Promise<void> {
    for (const { stack } of this.list) stack.restore(to, await stack.save(from));
  }

  reset(row: number): void {
    for (const { stack } of this.list) stack.reset(row);
  }

  dispose(): void {
    for (const { input, stack } of this.list) {
      input.dispose();
      stack.dispose();
    }
  }
}

/** Column of an element in a word. */
export const columnOf = (element: Element): number => ELEMENTS.indexOf(element);
