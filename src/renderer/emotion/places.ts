import type { Emotion } from '../../contract/document.ts';

export interface Place extends Emotion {
  name: string;
}

/** Eight named places on the circle, by angle in degrees from pleasant, anticlockwise; keys 1 to 8 in this order. */
const ANGLES: readonly [string, number][] = [
  ['excited', 62],
  ['happy', 22],
  ['content', 338],
  ['calm', 298],
  ['tired', 244],
  ['sad', 206],
  ['tense', 118],
  ['angry', 152],
];
const RADIUS = 0.74;

export const PLACES: readonly Place[] = ANGLES.map(([name, degrees]) => ({
  name,
  valence: round(RADIUS * Math.cos((degrees * Math.PI) / 180)),
  arousal: round(RADIUS * Math.sin((degrees * Math.PI) / 180)),
}));

const NEUTRAL_RADIUS = 0.15;

/** The nearest place by angle, or "neutral" in the middle: an emotion in one word. */
export function wordFor({ valence, arousal }: Emotion): string {
  if (Math.hypot(valence, arousal) < NEUTRAL_RADIUS) return 'neutral';
  const angle = Math.atan2(arousal, valence);
  let best = PLACES[0];
  let smallest = Number.POSITIVE_INFINITY;
  for (const place of PLACES) {
    const turn = Math.abs(Math.atan2(place.arousal, place.valence) - angle);
    const difference = Math.min(turn, 2 * Math.PI - turn);
    if (difference < smallest) {
      smallest = difference;
      best = place;
    }
  }
  return best.name;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
