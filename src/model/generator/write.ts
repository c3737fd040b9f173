import type { Words } from '../tokens/vocabulary.ts';
import { BarWriter } from './bar-writer.ts';
import type { GeneratorSampling } from './config.ts';
import type { GeneratorModel } from './model.ts';
import { PlanWriter } from './plan-writer.ts';
import type { Script } from './script.ts';
import { type CodesOf, WordWriter } from './word-writer.ts';

/** Hears of every word as it is written. */
export type OnWord = (lane: number, word: Uint8Array) => void;

/** Plans of some pieces, written side by side: after each beat the codes of each piece; null for one that has ended. */
export function* writePlan(
  model: GeneratorModel,
  scripts: readonly Script[],
  sampling: GeneratorSampling,
): Generator<(Uint16Array | null)[]> {
  const writer = new PlanWriter(model, scripts, sampling);
  try {
    for (let beat = 0; ; beat++) {
      const lanes = lanesAt(scripts, ({ metre }) => metre.placeOf(beat).bar);
      if (lanes.length === 0) return;
      writer.next(lanes);
      yield scripts.map((_, lane) => writer.plan(lane)[beat] ?? null);
    }
  } finally {
    writer.dispose();
  }
}

/** Words of some pieces under given codes: after each bar the words of each piece; null for one that has ended. */
export function* writeWords(
  model: GeneratorModel,
  scripts: readonly Script[],
  sampling: GeneratorSampling,
  codesOf: CodesOf,
  onWord?: OnWord,
): Generator<(Words | null)[]> {
  const writer = new WordWriter(model, scripts, sampling, codesOf);
  try {
    yield* barByBar(scripts, (lanes) => writer.bar(lanes, onWord));
  } finally {
    writer.dispose();
  }
}

/** Plan and words together, bar by bar: no bar is planned before the one before it is asked for. */
export function* writeBars(
  model: GeneratorModel,
  scripts: readonly Script[],
  sampling: GeneratorSampling,
  onWord?: OnWord,
): Generator<(Words | null)[]> {
  const writer = new BarWriter(model, scripts, sampling);
  try {
    yield* barByBar(scripts, (lanes) => writer.bar(lanes, onWord));
  } finally {
    writer.dispose();
  }
}

function* barByBar(
  scripts: readonly Script[],
  write: (lanes: readonly number[]) => Words[],
): Generator<(Words | null)[]> {
  for (let bar = 0; ; bar++) {
    const lanes = lanesAt(scripts, () => bar);
    if (lanes.length === 0) return;
    const words = write(lanes);
    yield scripts.map((_, lane) => words[lanes.indexOf(lane)] ?? null);
  }
}

/** Pieces that have a bar of this number. */
const lanesAt = (scripts: readonly Script[], barOf: (script: Script) => number): number[] =>
  scripts.flatMap((script, lane) => (script.bars === null || barOf(script) < script.bars ? [lane] : []));
