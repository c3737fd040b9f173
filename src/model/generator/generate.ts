import type { WriteOptions } from '../composing/music-model.ts';
import { AffettoError, requireInput } from '../error.ts';
import { append } from '../lists.ts';
import { type Conditions, checkConditions, chooseKey, planTake } from '../muser/conditions.ts';
import { type GeneratedTake, joinWords } from '../muser/generate.ts';
import { endingOf, modeAt } from '../muser/plan.ts';
import type { Key, Piece } from '../music/piece.ts';
import { pieceToWords as pieceToPlainWords } from '../tokens/encode.ts';
import { evenMetre } from './metre.ts';
import type { GeneratorModel } from './model.ts';
import { guidanceAsked, samplingOf } from './sampling.ts';
import type { Script } from './script.ts';
import { TakeWriter } from './take-writer.ts';
import { wordsToPiece } from './to-piece.ts';
import { WORD_WIDTH } from './vocabulary.ts';

/** Pieces that are written side by side; more would not be faster, and each lane holds some 10 MB. */
const TOGETHER = 8;

/** What pieces under these conditions are to be, a seed each, and their keys. Throws an input error for conditions out of range. */
export function scriptsOf(
  { weights, fitting }: GeneratorModel,
  conditions: Conditions,
  seeds: readonly number[],
  options: WriteOptions,
): { readonly script: Script; readonly key: Key }[] {
  checkConditions(conditions);
  const { config } = weights;
  const guidance = guidanceAsked(config, options);
  return seeds.map((seed) => {
    const key = chooseKey(conditions, seed, config);
    const plan = planTake(conditions, seed, key, config);
    const script: Script = {
      seed,
      bars: plan.bars,
      metre: evenMetre(conditions.beatsPerBar ?? 4),
      emotionOf: (bar) => plan.emotionOf(bar),
      modeOf: (bar) => modeAt(plan, bar),
      endingOf: (bar) => endingOf(plan, bar),
      ...(guidance ? { guidanceOf: () => guidance } : {}),
      tempo: plan.tempo,
      steer: plan.steer,
      codeMaskOf: fitting.maskOf(plan.steer, plan.tempo),
    };
    return { script, key };
  });
}

/** Whole pieces of exactly `conditions.bars` bars: what a seed gives does not depend on its neighbours. */
export async function generateSeeds(
  model: GeneratorModel,
  conditions: Conditions & { readonly bars: number },
  seeds: readonly number[],
  options: WriteOptions = {},
): Promise<GeneratedTake[]> {
  const takes: GeneratedTake[] = [];
  const candidates = options.choosing?.candidates ?? 1;
  requireInput(
    Number.isInteger(candidates) && candidates >= 1,
    `candidates must be 1 or more, got ${candidates}`,
  );
  const together = Math.max(1, Math.floor(TOGETHER / candidates));
  for (let first = 0; first < seeds.length; first += together) {
    const some = seeds.slice(first, first + together);
    append(takes, await writeTogether(model, conditions, some, options));
  }
  return takes;
}

async function writeTogether(
  model: GeneratorModel,
  conditions: Conditions & { readonly bars: number },
  seeds: readonly number[],
  options: WriteOptions,
): Promise<GeneratedTake[]> {
  const asked = scriptsOf(model, conditions, seeds, options);
  const scripts = asked.map(({ script }) => script);
  const sampling = samplingOf(model.weights.config, options);
  const writer = new TakeWriter(model, scripts, sampling, options.choosing);
  try {
    for (let bar = 0; bar < conditions.bars; bar++) {
      await pause(options);
      writer.bar(options.onWord);
      options.onBar?.(bar + 1, conditions.bars);
    }
    return asked.map(({ key }, take) => {
      const words = joinWords(writer.bars(take));
      const piece = withTempo(wordsToPiece(words, key, seeds[take]), conditions.bpm);
      const sums = writer.likelihood(take);
      const beats = piece.barBeats.reduce((sum, n) => sum + n, 0);
      return {
        seed: seeds[take],
        key,
        words: pieceToPlainWords(piece),
        piece,
        likelihood: { words: (sums.words * WORD_WIDTH) / words.length, codes: sums.codes / beats },
      };
    });
  } finally {
    writer.dispose();
  }
}

/** At a bar line: lets others have their turn, and stops where that is wanted. */
export async function pause({ breathe, signal }: WriteOptions): Promise<void> {
  await breathe?.();
  if (signal?.aborted) throw new AffettoError('stopped', 'failure', { cause: signal.reason });
}

/** A locked tempo is kept to the beat, not to the nearest tempo value. */
const withTempo = (piece: Piece, bpm: number | null | undefined): Piece =>
  bpm ? { ...piece, tempos: [{ beat: 0, bpm }] } : piece;
