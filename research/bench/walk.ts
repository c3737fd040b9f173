import { loadMuser } from '../../src/cli/model.ts';
import type { StackSpec } from '../../src/model/engines/engine.ts';
import { SimdEngine } from '../../src/model/engines/simd/engine.ts';
import { AffettoError } from '../../src/model/error.ts';
import { timeCall } from './meter.ts';

export interface WalkFigures {
  /** If a word were nothing but its matrix-vector products: decoder, and the prior's share. */
  readonly wordsPerSecond: number;
  /** Bytes of int8 weights that a word, and a beat of the prior, walk over. */
  readonly bytesPerWord: number;
  readonly bytesPerBeat: number;
  readonly gigabytesPerSecond: number;
}

/** The roofline: the engine's own matrix-vector kernel over the weights that a word needs, and nothing else. */
export async function benchWalk(model: string, wordsPerBeat: number): Promise<WalkFigures> {
  const muser = await loadMuser({ model, engine: 'simd' });
  const { engine, config } = muser;
  if (!(engine instanceof SimdEngine)) throw new AffettoError('the walk needs the simd engine', 'failure');
  const { decoder, prior, elements, books } = config;
  const out = decoder.hidden > 0;
  const stacks: [string, StackSpec][] = [['global', decoder.global]];
  for (const e of elements) stacks.push([`elements.${e}`, decoder.element]);
  const matrices = elements.flatMap((e) => [
    `elements.${e}.in`,
    `heads.${e}.in`,
    ...(out ? [`heads.${e}.out`] : []),
  ]);
  const heads = prior.hidden
    ? books.flatMap(({ name }) => [`prior.heads.${name}.in`, `prior.heads.${name}.out`])
    : ['prior.out'];
  const word = engine.walk(stacks, matrices);
  const beat = engine.walk([['prior', prior.stack]], heads);
  const perBeat = config.codeRate === 'beat' ? wordsPerBeat : 1;
  const [wordMs, beatMs] = [timeCall(word.run), timeCall(beat.run)];
  return {
    wordsPerSecond: 1000 / (wordMs + beatMs / perBeat),
    bytesPerWord: word.bytes,
    bytesPerBeat: beat.bytes,
    gigabytesPerSecond: word.bytes / wordMs / 1e6,
  };
}
