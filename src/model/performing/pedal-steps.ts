import { type PedalSpan, type Piece, STEPS_PER_BEAT } from '../music/piece.ts';
import type { PedalAction } from './pedal-memory.ts';

/** What the foot does in a step; `lift` and `press` say when, in steps from its onset, where the action has them. */
export interface PedalStep {
  readonly action: PedalAction;
  /** -0.5..0.5 */
  readonly lift: number;
  /** -0.5..0.5, or up to LONGEST_CHANGE after the lift of a change. */
  readonly press: number;
}

/** A pedal pressed again within so many steps was changed, not lifted. */
export const LONGEST_CHANGE = 1.5;

const STAY: PedalStep = { action: 'stay', lift: 0, press: 0 };

/** The pedal of a piece step by step. */
export function pedalActions({ pedal = [], barBeats }: Pick<Piece, 'pedal' | 'barBeats'>): PedalStep[] {
  const count = barBeats.reduce((sum, beats) => sum + beats, 0) * STEPS_PER_BEAT;
  const steps = new Array<PedalStep>(count).fill(STAY);
  const stepOf = (at: number): number => Math.min(count - 1, Math.floor(at + 0.5));
  const put = (step: number, next: PedalStep): void => {
    steps[step] = together(steps[step], next);
  };
  let isDown = false;
  for (const [i, { startStep, endStep }] of pedal.entries()) {
    const [pressed, lifted] = [stepOf(startStep), stepOf(endStep)];
    if (!isDown) put(pressed, { action: 'press', lift: 0, press: startStep - pressed });
    const next = pedal[i + 1]?.startStep ?? Number.POSITIVE_INFINITY;
    const lift = Math.min(0.5, endStep - lifted);
    isDown = next - endStep < LONGEST_CHANGE;
    if (isDown) put(lifted, { action: 'change', lift, press: next - lifted });
    else put(lifted, { action: 'lift', lift, press: 0 });
  }
  return steps;
}

/** Two movements within one step as one. */
function together(first: PedalStep, then: PedalStep): PedalStep {
  if (first.action === 'stay') return then;
  const wasDown = first.action !== 'press';
  const isDown = then.action !== 'lift';
  if (wasDown) return { action: isDown ? 'change' : 'lift', lift: first.lift, press: then.press };
  return isDown ? { action: 'press', lift: 0, press: then.press } : STAY;
}

/** The pedal goes down or up, in steps from the start. */
export interface PedalMove {
  readonly step: number;
  readonly down: boolean;
}

/** Movements of a foot told step by step, in order: one that is overtaken by the next does not take place. */
export class PedalLine {
  #moves: PedalMove[] = [];

  /** Takes in what the foot does at `step`; nothing moves before `earliest`. */
  add(step: number, { action, lift, press }: PedalStep, earliest: number): void {
    if (action === 'lift' || action === 'change') this.#up(Math.max(earliest, step + lift));
    if (action === 'press' || action === 'change') this.#down(Math.max(earliest, step + press));
  }

  /** Takes out the movements before `end`; those after it wait, counted from there. */
  take(end: number): PedalMove[] {
    const taken = this.#moves.filter(({ step }) => step < end);
    this.#moves = this.#moves
      .filter(({ step }) => step >= end)
      .map(({ step, down }) => ({ step: step - end, down }));
    return taken;
  }

  clone(): PedalLine {
    const copy = new PedalLine();
    copy.#moves = [...this.#moves];
    return copy;
  }

  #up(step: number): void {
    const last = this.#moves[this.#moves.length - 1];
    if (last?.down && last.step >= step) this.#moves.pop();
    else this.#moves.push({ step, down: false });
  }

  #down(step: number): void {
    const last = this.#moves[this.#moves.length - 1];
    this.#moves.push({ step: Math.max(step, last?.step ?? step), down: true });
  }
}

/** The spans between movements; one still down at `end` is let go there. */
export function spansOf(moves: readonly PedalMove[], end: number): PedalSpan[] {
  const spans: PedalSpan[] = [];
  let start: number | null = null;
  for (const { step, down } of [...moves, { step: end, down: false }]) {
    if (down) start ??= step;
    else if (start !== null && step > start) spans.push({ startStep: round(start), endStep: round(step) });
    if (!down) start = null;
  }
  return spans;
}

/** To a thousandth of a step. */
const round = (step: number): number => Math.round(step * 1000) / 1000;
