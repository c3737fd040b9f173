import { type PedalSpan, type Piece, STEPS_PER_BEAT } from '../music/piece.ts';
import type { PedalAction } from './pedal-memory.ts';

/** What the foot does in a step; `lift` and `press` say when, in steps from its onset, where the action has them. */
export interface PedalStep {
  readonly action: PedalAction;
  readonly lift: number;
  readonly press: number;
}

/** The pedal of a piece step by step. Of several movements within a step the first lift and the last press count. */
export function pedalActions({ pedal = [], barBeats }: Pick<Piece, 'pedal' | 'barBeats'>): PedalStep[] {
  const count = barBeats.reduce((sum, beats) => sum + beats, 0) * STEPS_PER_BEAT;
  const moves: { step: number; place: number; down: boolean }[] = [];
  const add = (at: number, down: boolean): void => {
    const step = Math.min(count - 1, Math.floor(at + 0.5));
    moves.push({ step, place: Math.min(0.5, at - step), down });
  };
  for (const { startStep, endStep } of pedal) {
    add(startStep, true);
    add(endStep, false);
  }
  const steps: PedalStep[] = [];
  let isDown = false;
  let next = 0;
  for (let step = 0; step < count; step++) {
    const was = isDown;
    let [lift, press] = [0, 0];
    let lifted = false;
    for (; next < moves.length && moves[next].step <= step; next++) {
      const { place, down } = moves[next];
      isDown = down;
      if (down) press = place;
      else if (!lifted) lift = place;
      lifted ||= !down;
    }
    if (was && isDown)
      steps.push(lifted ? { action: 'change', lift, press } : { action: 'stay', lift: 0, press: 0 });
    else if (was) steps.push({ action: 'lift', lift, press: 0 });
    else steps.push(isDown ? { action: 'press', lift: 0, press } : { action: 'stay', lift: 0, press: 0 });
  }
  return steps;
}

/** Spans of a pedal told step by step, `from` steps into the piece; one still down at the end is let go there. */
export function pedalSpans(steps: readonly PedalStep[]): PedalSpan[] {
  const spans: PedalSpan[] = [];
  let start: number | null = null;
  const end = (at: number): void => {
    if (start !== null && at > start) spans.push({ startStep: start, endStep: at });
    start = null;
  };
  for (const [step, { action, lift, press }] of steps.entries()) {
    if (action === 'lift' || action === 'change') end(Math.max(0, step + lift));
    if (action === 'press' || action === 'change') start = Math.max(0, step + press);
  }
  end(steps.length);
  return spans;
}
