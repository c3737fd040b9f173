import type { Point } from './line-fit.ts';

/** How arrivals scatter around a steady clock, ms. */
export interface ClockNoise {
  /** Standard deviation. */
  readonly deviation: number;
  /** How far the newest arrivals may lie off together before the tempo must have changed. */
  readonly drift: number;
}

/** A steadier clock than this is treated as this steady, so that rounding is not mistaken for a change of tempo. */
const LEAST_MS = 0.15;
/** Of so few arrivals no noise can be told: they may scatter as a busy sender's do. */
const FEW_POINTS = 12;
const FEW_MS = 3;
/** Steps this much larger than the jitter come from a sender that counts in buffers. */
const STEP = 4.5;
/** A change of tempo makes fewer large steps than this; a sender that counts in buffers makes more. */
const STEP_RANK = 8;

/** A sender counts in buffers when fewer arrivals than this come for each tick. */
const ONE_BY_ONE = 0.9;

/** Judges the arrivals of one phase of the clock, oldest first. */
export function clockNoise(points: readonly Point[]): ClockNoise {
  const phases = phasesOf(points);
  const jitter = Math.max(
    LEAST_MS,
    middle(bends(phases, 1)) / (0.6745 * Math.sqrt(6)),
    points.length < FEW_POINTS ? FEW_MS : 0,
  );
  const step = Math.max(bufferStep(phases, jitter), tickStep(points));
  // Evenly spread over one step; slowly moving through it, a whole run of arrivals lies at one of its ends.
  return { deviation: Math.max(jitter, step / Math.sqrt(12)), drift: Math.max(jitter, 0.6 * step) };
}

/** Ticks that come at once are known to a tick. */
function tickStep(points: readonly Point[]): number {
  const first = points[0];
  const last = points[points.length - 1];
  const ticks = last.tick - first.tick;
  return points.length - 1 < ONE_BY_ONE * ticks ? (last.time - first.time) / ticks : 0;
}

/**
 * How far the phase jumps, to and fro, when a sender puts its ticks into audio buffers: most of the time steady, then off by a
 * whole buffer. The median of three hides single late ticks.
 */
function bufferStep(phases: readonly number[], jitter: number): number {
  const smooth = phases.slice(2).map((c, i) => middleOfThree(phases[i], phases[i + 1], c));
  const step = Float64Array.from(bends(smooth, 3)).sort().at(-STEP_RANK) ?? 0;
  return step < STEP * jitter ? 0 : step;
}

/** What is left of the times when the mean tempo is taken away. */
function phasesOf(points: readonly Point[]): number[] {
  const first = points[0];
  const last = points[points.length - 1];
  const interval = (last.time - first.time) / Math.max(1, last.tick - first.tick);
  return points.map(({ tick, time }) => time - first.time - interval * (tick - first.tick));
}

/** Second differences: these do not see the tempo, and hardly see its changes. Their variance is 6 times the jitter's. */
function bends(values: readonly number[], apart: number): number[] {
  return values.slice(2 * apart).map((value, i) => Math.abs(value - 2 * values[i + apart] + values[i]));
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function middle(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return Float64Array.from(values).sort()[values.length >> 1];
}
