import { SCALES } from '../music/chord-scale.ts';
import { PITCH_BASE } from '../tokens/vocabulary.ts';
import type { Lane } from './lane.ts';
import type { Leaning } from './leaning.ts';
import { modeAt, modeValue } from './plan.ts';

/**
 * Logits of a note's pitch, leant to the scale: nearly half of real clips have its seven pitch classes and no other, which notes
 * chosen one by one miss: now and then one of them strays. What has been heard lately is left alone, as are bars that return
 * and whatever is told which notes or chords to have. Where the mode may turn, the scale has to tell it: there all notes
 * outside are held back, heard or not.
 */
export function leantToScale(logits: Float32Array, lane: Lane, leaning: Leaning | null): Float32Array {
  const { plan, character, beat } = lane;
  const bar = Math.max(0, lane.bar);
  const emotion = plan.emotionOf(bar, beat);
  const scale = SCALE_OF.get(modeAt(plan, bar));
  if (!leaning || !emotion || !scale || lane.returns() || isTold(lane)) return logits;
  const strength = Math.max(0, leaning.ofHabit('scale', emotion, character));
  if (strength === 0) return logits;
  return logits.map((logit, value) => {
    const pitchClass = (value + PITCH_BASE) % 12;
    const inScale = scale.includes(pitchClass);
    if (lane.hasHeard(pitchClass) && (inScale || !plan.modeOf)) return logit;
    return inScale ? logit + strength : logit - strength;
  });
}

const isTold = ({ plan, bar, beat }: Lane): boolean =>
  plan.codesGiven === true ||
  plan.scriptOf !== undefined ||
  (plan.steer?.chordAt(Math.max(0, bar), beat) ?? 0) > 0;

/** The scale of a mode value; none while the mode is unknown. */
const SCALE_OF: ReadonlyMap<number, readonly number[]> = new Map(
  (['major', 'minor'] as const).map((mode) => [modeValue(mode), SCALES[mode]]),
);
