import { portableExp } from '../engines/portable-math.ts';
import { largest } from '../lists.ts';
import type { Random } from '../muser/random.ts';
import type { PedalLogits } from './network.ts';
import type { PedalAction } from './pedal-memory.ts';
import { LONGEST_CHANGE, type PedalStep } from './pedal-steps.ts';

const DOWN_ACTIONS: readonly PedalAction[] = ['stay', 'change', 'lift'];
const UP_ACTIONS: readonly PedalAction[] = ['stay', 'press'];

/** What the foot does in this step. Draws four numbers, whatever comes of them. */
export function samplePedal(logits: PedalLogits, isDown: boolean, random: Random): PedalStep {
  const [act, lifted, pressed, within] = [random.next(), random.next(), random.next(), random.next()];
  const action = isDown ? DOWN_ACTIONS[pick(logits.down, act)] : UP_ACTIONS[pick(logits.up, act)];
  const phase = (bins: Float32Array, draw: number): number => (pick(bins, draw) + within) / bins.length;
  const lift = phase(logits.lift, lifted) - 0.5;
  switch (action) {
    case 'stay':
      return { action, lift: 0, press: 0 };
    case 'lift':
      return { action, lift, press: 0 };
    case 'press':
      return { action, lift: 0, press: phase(logits.press, pressed) - 0.5 };
    case 'change':
      return { action, lift, press: lift + LONGEST_CHANGE * phase(logits.gap, pressed) };
  }
}

/** The index that a draw in [0, 1) falls on. */
function pick(logits: Float32Array, draw: number): number {
  const most = largest(logits);
  const weights = Array.from(logits, (logit) => portableExp(logit - most));
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.length - 1;
}
