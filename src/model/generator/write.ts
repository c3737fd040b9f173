import type { Words } from '../tokens/vocabulary.ts';
import { planOnly } from './codes.ts';
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
      const lanes = lanesAt(scripts, beat);
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
    for (let bar = 0; ; bar++) {
      const lanes = scripts.flatMap(({ bars }, lane) => (bars === null || bar < bars ? [lane] : []));
      if (lanes.length === 0) return;
      const words = writer.bar(lanes, onWord);
      yield scripts.map((_, lane) => words[lanes.indexOf(lane)] ?? null);
    }
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
  const planner = new PlanWriter(model, scripts, sampling);
  const codesOf: CodesOf = (lane, beat) => {
    const { bars, beatsPerBar } = scripts[lane];
    if (beat < 0 || (bars !== null && beat >= bars * beatsPerBar)) return null;
    while (planner.plan(lane).length <= beat) planTogether(planner, scripts);
    return planOnly(planner.plan(lane)[beat]);
  };
  try {
    yield* writeWords(model, scripts, sampling, codesOf, onWord);
  } finally {
    planner.dispose();
  }
}

/** A beat more for every lane that goes on: what a seed gives does not depend on its neighbours, and together they cost less. */
function planTogether(planner: PlanWriter, scripts: readonly Script[]): void {
  const beats = scripts.map((_, lane) => planner.plan(lane).length);
  planner.next(lanesAt(scripts, Math.max(...beats)));
}

/** Pieces that have a beat of this number. */
const lanesAt = (scripts: readonly Script[], beat: number): number[] =>
  scripts.flatMap(({ bars, beatsPerBar }, lane) =>
    bars === null || beat < bars * beatsPerBar ? [lane] : [],
  );
