import { performance } from 'node:perf_hooks';
import { AffettoError } from '../model/error.ts';
import type { GeneratorModel } from '../model/generator/model.ts';
import { samplingOf } from '../model/generator/script.ts';
import { writeTakes } from '../model/generator/take.ts';
import { isNote } from '../model/generator/vocabulary.ts';
import type { Conditions } from '../model/muser/conditions.ts';
import { TYPE } from '../model/tokens/vocabulary.ts';
import type { Io } from './command.ts';
import type { TakeOptions, TimedTakes } from './generation.ts';

/** Options of `generate` that models of format 2 do not know yet. */
const UNKNOWN = ['chords', 'low', 'high', 'polyphony', 'density', 'stream'] as const;

/** Throws an input error that names an option which would be left out in silence. */
export function requireKnown(
  values: Readonly<Partial<Record<(typeof UNKNOWN)[number], string | boolean>>>,
  bestOf: number | null,
): void {
  const given = UNKNOWN.find((name) => values[name] !== undefined && values[name] !== false);
  if (given !== undefined) throw new AffettoError(`--${given} is not known to this model yet; leave it out`);
  if (bestOf !== null && bestOf > 1)
    throw new AffettoError('--best-of is not known to this model yet; leave it out');
}

/** Takes of a model of format 2, each the only candidate, and how long they took. */
export async function writeTimed(
  model: GeneratorModel,
  conditions: Conditions & { readonly bars: number },
  { takes: count, seed, temperature, priorGuidance }: Omit<TakeOptions, 'bestOf'>,
  io: Io,
): Promise<TimedTakes> {
  const start = performance.now();
  let [words, firstNote] = [0, 0];
  const options = {
    takes: count,
    seed,
    sampling: samplingOf(model.weights.config, { temperature, guidance: priorGuidance }),
    signal: io.signal,
    breathe: () => new Promise<void>((done) => setImmediate(done)),
    onWord: (_: number, word: Uint8Array) => {
      words++;
      if (firstNote === 0 && isNote(word[TYPE])) firstNote = performance.now();
    },
    onBar: (done: number, total: number) => {
      if (io.interactive && (done === total || done % 4 === 0)) io.err(`affetto: bar ${done} of ${total}`);
    },
  };
  const takes: TimedTakes['takes'][number][] = [];
  for await (const take of writeTakes(model, conditions, options)) takes.push({ ...take, choice: null });
  const seconds = (performance.now() - start) / 1000;
  return {
    takes,
    wordsPerSecond: Math.round(words / seconds),
    firstNoteMs: Math.round(firstNote === 0 ? seconds * 1000 : firstNote - start),
  };
}
