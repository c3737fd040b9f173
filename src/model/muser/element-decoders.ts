import type { Dense, Engine, Stack } from '../engines/engine.ts';
import { ELEMENTS, type Element } from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
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
  private readonly decoders: readonly ElementDecoder[];
  private readonly batch: number;
  private readonly memory: CodeMemory;

  constructor(weights: WeightSet, engine: Engine, batch: number, memory: CodeMemory) {
    const { elements, decoder } = weights.config;
    this.batch = batch;
    this.memory = memory;
    this.decoders = elements.map((element) => ({
      element,
      input: engine.dense(`elements.${element}.in`, batch),
      stack: engine.stack(`elements.${element}`, decoder.element, batch),
      x: new Float32Array(batch * decoder.element.width),
      output: new Float32Array(0),
    }));
  }

  /** @param h the global stack's output, batch rows; @param codes of each row, null where it is not active */
  async step(h: Float32Array, active: Uint8Array, codes: readonly (CodeView | null)[]): Promise<void> {
    for (const decoder of this.decoders) {
      const { element, input, stack, x } = decoder;
      x.set(await input.apply(h, this.batch));
      codes.forEach((view, row) => {
        if (view && active[row]) this.memory.addElement(element, view, x, row * stack.width);
      });
      decoder.output = await stack.step(x, active);
    }
  }

  /** The last step's output of an element's stack, batch rows. */
  output(element: Element): Float32Array {
    return this.decoders.find((decoder) => decoder.element === element)!.output;
  }

  reset(row: number): void {
    for (const { stack } of this.decoders) stack.reset(row);
  }

  dispose(): void {
    for (const { input, stack } of this.decoders) {
      input.dispose();
      stack.dispose();
    }
  }
}

/** Column of an element in a word. */
export const columnOf = (element: Element): number => ELEMENTS.indexOf(element);
