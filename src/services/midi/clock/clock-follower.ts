import { TICKS_PER_BEAT } from '../message.ts';
import { type ClockNoise, clockNoise } from './clock-noise.ts';
import { fitLine, fitLineClipped, fitPhase, type Line, type Point, timeOn } from './line-fit.ts';

/** Tempi that are believed. */
const SLOWEST_BPM = 20;
const FASTEST_BPM = 400;
/** Windows tried, in ticks, longest first: four beats smooth best, a few ticks follow a jump soonest. */
const WINDOWS = [96, 80, 64, 48, 40, 32, 24, 20, 16, 12, 8];
/** Arrivals that scatter by more than this part of their interval are smoothed over two bars. */
const ROUGH = 0.12;
const ROUGH_WINDOWS = [192, 144, ...WINDOWS];
const KEPT_TICKS = ROUGH_WINDOWS[0];
/** Ticks that come closer together than this came at once: no tempo that is believed has them so close. */
const AT_ONCE_MS = 2;
/** An arrival this many times the noise away from the line is a straggler. */
const STRAGGLER = 4;
/** The tempo of a line is believed when its standard error is at most this part of it. */
const BELIEVED_ERROR = 0.03;
/** With fewer ticks than this after a restart the tempo from before is trusted more than the new ticks. */
const TRUST_AFTER = 8;
/** So many arrivals long the tempo from before is kept when the new ones fit no tempo: the sender hiccuped, or turns to another. */
const HOLD = 8;
/** Of so many arrivals the phase is taken meanwhile. */
const HOLD_PHASE = 3;
/** Fewer arrivals make no line. */
const LEAST_POINTS = 4;

/**
 * Finds the true beat in jittering MIDI clock ticks (24 a beat): a straight line through the longest recent window that is
 * consistent with one steady tempo. A jump of tempo makes the long windows inconsistent at once, so the short ones take
 * over and grow again. Ticks that come at once (a sender that counts in audio buffers, one that catches up) count as one
 * arrival of their middle. Clock-free: arrival times come in, predictions come out.
 */
export class ClockFollower {
  #points: Point[] = [];
  /** Ticks that came at once with the newest one, and when the first of them came. */
  #together = { count: 0, first: Number.NEGATIVE_INFINITY };
  #lastArrival = Number.NEGATIVE_INFINITY;
  #line: Line | null = null;
  #noise: ClockNoise | null = null;
  /** Number of the newest tick. */
  #tick = -1;
  /** Arrivals counted, and when the last of them showed a tempo. */
  #arrivals = 0;
  #unheld = 0;
  /** Tick interval known from before, ms. */
  #known: number | null = null;
  /** Tempo assumed until the clock shows its own. */
  fallbackBpm = 120;

  /** Number of the newest tick; -1 before the first. */
  get tick(): number {
    return this.#tick;
  }

  /** When the newest tick arrived; -Infinity before the first. */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  /** Smoothed milliseconds between ticks; null until the ticks show a tempo. */
  get interval(): number | null {
    return this.#known;
  }

  get bpm(): number | null {
    return this.#known === null ? null : bpmOf(this.#known);
  }

  /** Standard deviation of arrivals, ms. */
  get jitter(): number {
    return this.#noise?.deviation ?? 0;
  }

  /** A clock tick arrived at `time` (ms, monotonic). */
  arrive(time: number): void {
    this.#tick++;
    this.#lastArrival = Math.max(time, this.#lastArrival);
    this.#addPoint(this.#lastArrival);
    this.#noise = clockNoise(this.#points);
    const line = this.#bestLine(this.#noise);
    if (line) {
      this.#known = line.interval;
      this.#unheld = this.#arrivals;
    }
    this.#line = line ?? fitPhase(this.#points.slice(this.#settled ? -HOLD_PHASE : -TRUST_AFTER), this.#pace);
  }

  /**
   * The next tick starts a new phase (Start, Continue, a clock that came back): earlier arrivals say nothing about it.
   * `tick` is the number that the next tick gets.
   */
  restart(tick: number): void {
    this.#points = [];
    this.#together = { count: 0, first: Number.NEGATIVE_INFINITY };
    this.#line = null;
    this.#tick = tick - 1;
  }

  /** When tick `tick` is due; NaN before the first tick. Fractions between ticks are fine. */
  timeOf(tick: number): number {
    return this.#line ? timeOn(this.#line, tick) : Number.NaN;
  }

  /** Which tick it is at this time, with fraction. */
  tickAt(time: number): number {
    return this.#line ? this.#line.tick + (time - this.#line.time) / this.#line.interval : Number.NaN;
  }

  get #pace(): number {
    return this.#known ?? 60_000 / (TICKS_PER_BEAT * this.fallbackBpm);
  }

  #addPoint(time: number): void {
    if (time - this.#together.first < AT_ONCE_MS && this.#points.length > 0) {
      const { count } = this.#together;
      const { tick, time: mean } = this.#points.pop()!;
      this.#points.push({ tick: tick + 0.5, time: (mean * count + time) / (count + 1) });
      this.#together = { ...this.#together, count: count + 1 };
    } else {
      this.#points.push({ tick: this.#tick, time });
      this.#together = { count: 1, first: time };
      this.#arrivals++;
    }
    if (this.#points[0].tick <= this.#tick - KEPT_TICKS) this.#points.shift();
  }

  /** Enough ticks came since the restart to know the phase. */
  get #settled(): boolean {
    return this.#points.length >= TRUST_AFTER;
  }

  #newest(ticks: number): Point[] {
    const from = this.#points.findIndex(({ tick }) => tick > this.#tick - ticks);
    return this.#points.slice(Math.max(0, Math.min(from, this.#points.length - 1)));
  }

  /** null: the ticks do not show a tempo yet. */
  #bestLine(noise: ClockNoise): Line | null {
    if (!this.#settled && this.#known !== null && !this.#plainlyOff(noise)) return null;
    const windows = noise.deviation > ROUGH * this.#pace ? ROUGH_WINDOWS : WINDOWS;
    let shortest: Line | null = null;
    for (const ticks of windows) {
      const points = this.#newest(ticks);
      if (points.length < LEAST_POINTS) break;
      const line = fitLine(points);
      if (!believed(line, noise)) break;
      shortest = line;
      if (consistent(line, points.length, noise)) return line;
      const clipped = fitLineClipped(points, STRAGGLER * noise.deviation);
      if (consistent(clipped, points.length, noise) && believed(clipped, noise)) return clipped;
    }
    return this.#arrivals - this.#unheld < HOLD ? null : shortest;
  }

  /** Right after a restart: whether the new ticks contradict the tempo from before. */
  #plainlyOff(noise: ClockNoise): boolean {
    if (this.#points.length < LEAST_POINTS) return false;
    const line = fitLine(this.#points);
    const off = Math.abs(line.interval - this.#known!);
    return off > 4 * (noise.deviation / Math.sqrt(line.spread)) + 0.02 * this.#known!;
  }
}

/** Whether residuals look like noise around one tempo: no trend at the new end, no more spread than the noise has. */
function consistent(line: Line, n: number, { deviation, drift }: ClockNoise): boolean {
  return (
    Math.abs(line.drift) < Math.max(2.8 * (deviation / Math.sqrt(8)), drift) &&
    line.variance < deviation * deviation * (1 + 5 * Math.sqrt(2 / Math.max(1, n - 2)))
  );
}

/** Whether the line shows a tempo, and one that can be. */
function believed({ interval, spread }: Line, { deviation }: ClockNoise): boolean {
  const bpm = bpmOf(interval);
  return (
    bpm >= SLOWEST_BPM && bpm <= FASTEST_BPM && deviation / Math.sqrt(spread) <= BELIEVED_ERROR * interval
  );
}

function bpmOf(interval: number): number {
  return 60_000 / (TICKS_PER_BEAT * interval);
}
