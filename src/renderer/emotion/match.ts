import type { Emotion, Reading } from '../../contract/document.ts';

/** How close what is heard is to what was asked, 0..1: one minus half the distance in the plane, over the bars. */
export function matchOf(asked: readonly Emotion[] | undefined, heard: Reading | undefined): number | null {
  if (!asked || asked.length === 0 || !heard) return null;
  const moves = asked.some((emotion) => distance(emotion, asked[0]) > 0.05);
  if (!moves || heard.bars.length === 0) return closeness(distance(asked[0], heard.emotion));
  let sum = 0;
  for (let bar = 0; bar < asked.length; bar++) {
    sum += distance(asked[bar], heard.bars[Math.min(bar, heard.bars.length - 1)]);
  }
  return closeness(sum / asked.length);
}

function distance(a: Emotion, b: Emotion): number {
  return Math.hypot(a.valence - b.valence, a.arousal - b.arousal);
}

function closeness(d: number): number {
  return Math.max(0, 1 - d / 2);
}
