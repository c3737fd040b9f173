import { TICKS_PER_BEAT } from '../message.ts';
import { fitLine, fitLineClipped, jitterOf, type Line } from './line-fit.ts';

/** Windows tried, longest first: four beats smooth best, a few ticks follow a jump soonest. */
const WINDOWS = [96, 80, 64, 48, 40, 32, 24, 20, 16, 12, 8];
const LONGEST = WINDOWS[0];
/** Ticks kept to judge the jitter. */
const JITTER_TICKS = 96;
/** A steadier clock than this is treated as this steady, so that rounding is not mistaken for a change of tempo. */
const LEAST_JITTER_MS = 0.15;
/** An arrival this many times the jitter away from the line is a straggler. */
const STRAGGLER = 4;
/** With fewer ticks than this after a restart the tempo from before is trusted more than the new ticks. */
const TRUST_AFTER = 8;

/**
 * Finds the true beat in jittering MIDI clock ticks (24 a beat): a straight line through the longest recent window that is
 * consistent with one steady tempo. A jump of tempo makes the long windows inconsistent at once, so the short ones take
 * over and grow again. Clock-free: arrival times come in, predictions come out.
 */
export class ClockFollower {
  readonly #times: number[] = [];
  #line: Line | null = null;
  #jitter = 0;
  /** Number of the newest tick. */
  #tick = -1;
  /** Tick interval known from before a restart, ms. */
  #known: number | null = null;
  /** Tempo assumed until the second tick ever came. */
  fallbackBpm = 120;

  /** Number of the newest tick; -1 before the first. */
  get tick(): number {
    return this.#tick;
  }

  /** When the newest tick arrived; -Infinity before the first. */
  get lastArrival(): number {
    return this.#times.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  /** Smoothed milliseconds between ticks; null until two ticks came. */
  get interval(): number | null {
    return this.#line?.interval ?? this.#known;
  }

  get bpm(): number | null {
    const interval = this.interval;
    return interval === null ? null : 60_000 / (TICKS_PER_BEAT * interval);
  }

  /** Standard deviation of arrivals, ms. */
  get jitter(): number {
    return this.#jitter;
  }

  /** A clock tick arrived at `time` (ms, monotonic). */
  arrive(time: number): void {
    this.#tick++;
    this.#times.push(Math.max(time, this.lastArrival));
    if (this.#times.length > LONGEST) this.#times.shift();
    this.#jitter = jitterOf(this.#times, JITTER_TICKS);
    this.#line = this.#bestLine();
  }

  /**
   * The next tick starts a new phase (Start, Continue, a clock that came back): earlier arrivals say nothing about it.
   * `tick` is the number that the next tick gets.
   */
  restart(tick: number): void {
    this.#known = this.interval;
    this.#times.length = 0;
    this.#line = null;
    this.#tick = tick - 1;
  }

  /** When tick `tick` is due; NaN before the first tick. Fractions between ticks are fine. */
  timeOf(tick: number): number {
    const newest = this.#line?.last ?? this.#times.at(-1);
    return newest === undefined ? Number.NaN : newest + (tick - this.#tick) * this.#pace;
  }

  /** Which tick it is at this time, with fraction. */
  tickAt(time: number): number {
    const newest = this.#line?.last ?? this.#times.at(-1);
    return newest === undefined ? Number.NaN : this.#tick + (time - newest) / this.#pace;
  }

  get #pace(): number {
    return this.interval ?? 60_000 / (TICKS_PER_BEAT * this.fallbackBpm);
  }

  #bestLine(): Line | null {
    const times = this.#times;
    const noise = Math.max(LEAST_JITTER_MS, this.#jitter);
    if (times.length < TRUST_AFTER && this.#known !== null) return this.#lineAtKnownTempo(noise);
    if (times.length < 2) return null;
    for (const n of [times.length, ...WINDOWS]) {
      if (n > times.length) continue;
      const line = fitLine(times, n);
      if (n <= WINDOWS.at(-1)! || consistent(line, n, noise)) return line;
      const clipped = fitLineClipped(times, n, STRAGGLER * noise);
      if (consistent(clipped, n, noise)) return clipped;
    }
    return fitLine(times, times.length);
  }

  /** Right after a restart: tempo from before, phase from the new ticks; unless they plainly disagree. */
  #lineAtKnownTempo(noise: number): Line | null {
    const times = this.#times;
    const n = times.length;
    const known = this.#known!;
    if (n >= 4) {
      const line = fitLine(times, n);
      const slopeError = noise * Math.sqrt(12 / (n * (n * n - 1)));
      if (Math.abs(line.interval - known) > 4 * slopeError + 0.02 * known) return line;
    }
    let last = 0;
    for (let i = 0; i < n; i++) last += (times[i] + (n - 1 - i) * known) / n;
    return { last, interval: known, variance: 0, drift: 0 };
  }
}

/** Whether residuals look like jitter around one tempo: no trend at the new end, no more spread than the jitter has. */
function consistent(line: Line, n: number, noise: number): boolean {
  const spread = noise * noise;
  return (
    Math.abs(line.drift) < 2.8 * (noise / Math.sqrt(8)) &&
    line.variance < spread * (1 + 5 * Math.sqrt(2 / (n - 2)))
  );
}
