import type { Emotion } from '../../model/muser/emotion-embedding.ts';

export const QUADRANTS = [1, 2, 3, 4] as const;

/** How far from the middle of the plane a quadrant is asked for. */
const SIZE = 0.8;

/** The point that stands for a quadrant (1..4, counted from the upper right against the clock). */
export const emotionOfQuadrant = (quadrant: number, size = SIZE): Emotion => ({
  valence: quadrant === 1 || quadrant === 4 ? size : -size,
  arousal: quadrant <= 2 ? size : -size,
});

export const quadrantOf = ({ valence, arousal }: Emotion): number =>
  arousal >= 0 ? (valence >= 0 ? 1 : 2) : valence >= 0 ? 4 : 3;
