import type { Piece } from '../../src/model/music/piece.ts';
import { pedalActions } from '../../src/model/performing/pedal-steps.ts';

/** How a piece is played; counts, so that pieces can be pooled. */
export interface PlayingCounts {
  steps: number;
  /** Steps' worth of time with the pedal down. */
  down: number;
  changes: number;
  lifts: number;
  /** Chord changes after the first, and those with a change or a press within a step. */
  chordChanges: number;
  chordChangesPedalled: number;
  /** Pedal changes with a chord change within a step. */
  changesAtChords: number;
  onsets: number[];
  /** Means of consecutive onsets at most four steps apart. */
  neighbours: [number, number][];
  /** From the earliest note of a chord to the latest, in steps. */
  spreads: number[];
  /** Chords whose highest note comes before their lowest. */
  topFirst: number;
}

/** Onsets further from the grid are grace notes, triplets or slips of the grid: not timing. */
const NEAR = 0.25;

/** Counts a piece; its offsets are taken from their median, which says how late its grid was laid. */
export function countPlaying(piece: Piece): PlayingCounts {
  const foot = pedalActions(piece);
  const chordSteps = new Set(piece.chords.slice(1).map(({ beat }) => beat * 4));
  const moved = (from: number, what: readonly string[]): boolean =>
    [from - 1, from, from + 1].some((step) => what.includes(foot[step]?.action ?? 'stay'));
  const changes = foot.flatMap(({ action }, step) => (action === 'change' ? [step] : []));
  const byStep = new Map<number, number[]>();
  const middle = median(piece.notes.map(({ offset = 0 }) => offset));
  for (const { step, offset = 0 } of piece.notes)
    byStep.set(step, [...(byStep.get(step) ?? []), offset - middle]);
  const near = [...byStep].filter(([, offsets]) => offsets.every((offset) => Math.abs(offset) < NEAR));
  const onsets = near.map(([step, offsets]) => ({ step, mean: mean(offsets) }));
  const chords = near.filter(([, offsets]) => offsets.length > 1).map(([, offsets]) => offsets);
  const neighbours = onsets.flatMap(({ step, mean }, i): [number, number][] =>
    i > 0 && step - onsets[i - 1].step <= 4 ? [[onsets[i - 1].mean, mean]] : [],
  );
  return {
    steps: foot.length,
    down: (piece.pedal ?? []).reduce((sum, { startStep, endStep }) => sum + endStep - startStep, 0),
    changes: changes.length,
    lifts: foot.filter(({ action }) => action === 'lift').length,
    chordChanges: chordSteps.size,
    chordChangesPedalled: [...chordSteps].filter((step) => moved(step, ['change', 'press'])).length,
    changesAtChords: changes.filter((step) => [-1, 0, 1].some((by) => chordSteps.has(step + by))).length,
    onsets: onsets.map(({ mean }) => mean),
    neighbours,
    spreads: chords.map((offsets) => Math.max(...offsets) - Math.min(...offsets)),
    topFirst: chords.filter((offsets) => offsets[offsets.length - 1] < offsets[0]).length,
  };
}

/** Steps with a change of pedal in both, over those in either: F1, where a neighbour counts as the same when `slack` is 1. */
export function changesInCommon(
  made: Piece,
  real: Piece,
  slack: number,
): { hits: number; made: number; real: number } {
  const steps = (piece: Piece): number[] =>
    pedalActions(piece).flatMap(({ action }, step) => (action === 'change' ? [step] : []));
  const wanted = new Set(steps(real));
  const found = steps(made);
  const total = wanted.size;
  let hits = 0;
  for (const step of found) {
    const match = [0, -1, 1].slice(0, slack === 0 ? 1 : 3).find((by) => wanted.has(step + by));
    if (match === undefined) continue;
    wanted.delete(step + match);
    hits++;
  }
  return { hits, made: found.length, real: total };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
