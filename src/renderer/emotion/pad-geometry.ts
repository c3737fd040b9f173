import type { Emotion } from '../../contract/document.ts';

/** Share of the pad's half side that stands for 1, so that the rim stays reachable with a fat handle. */
const REACH = 0.92;

/** Emotion -> pixels from the pad's top left corner. */
export function toPad({ valence, arousal }: Emotion, side: number): { x: number; y: number } {
  const half = side / 2;
  return { x: half + valence * half * REACH, y: half - arousal * half * REACH };
}

/** Pixels -> emotion, clamped to the plane and rounded to hundredths. */
export function fromPad(x: number, y: number, side: number): Emotion {
  const half = side / 2;
  return { valence: hundredth((x - half) / (half * REACH)), arousal: hundredth((half - y) / (half * REACH)) };
}

export function hundredth(value: number): number {
  return Math.round(Math.min(1, Math.max(-1, value)) * 100) / 100;
}
