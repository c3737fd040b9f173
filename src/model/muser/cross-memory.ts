import { affine, readLinear } from '../engines/shared.ts';
import { AffettoError } from '../error.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { Codebook } from './quantizer.ts';
import { Table } from './table.ts';

/**
 * What cross-attention reads: a row for each code, projected to the stack's width. A step has one code, or one for each
 * element: then its vector is put together from the slice of each.
 * Tensors: `decoder.memory.codes` (projected codes); `decoder.memory.weight` and `.bias` where slices are mixed.
 */
export function crossMemory(weights: WeightSet, codes: readonly (readonly number[])[]): Float32Array {
  const { books, elements, decoder } = weights.config;
  const { width } = decoder.global;
  const whole = Table.of(weights, 'decoder.memory.codes');
  const memory = new Float32Array(codes.length * width);
  const mix = slicesMixer(weights);
  codes.forEach((code, t) => {
    if (code.every((c) => c === code[0])) whole.add(code[0], memory, t * width);
    else if (code.length === elements.length) memory.set(mix(code), t * width);
    else throw new AffettoError(`${books[0].name}: a code for each element, or one for all`, 'failure');
  });
  return memory;
}

function slicesMixer(weights: WeightSet): (codes: readonly number[]) => Float32Array {
  let parts: { projection: ReturnType<typeof readLinear>; book: Codebook } | null = null;
  return (codes) => {
    parts ??= {
      projection: readLinear(weights, 'decoder.memory'),
      book: new Codebook(weights, weights.config.books[0].name),
    };
    const { projection, book } = parts;
    const slice = book.dim / codes.length;
    const vector = new Float32Array(book.dim);
    codes.forEach((code, e) => {
      vector.set(book.vector(code).subarray(e * slice, (e + 1) * slice), e * slice);
    });
    return affine(projection, vector);
  };
}
