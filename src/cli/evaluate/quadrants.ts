import type { Emotion } from '../../model/muser/emotion-embedding.ts';
import { CORNER } from '../arguments.ts';

export const QUADRANTS = [1, 2, 3, 4] as const;

/** The point that stands for a quadrant (1..4, counted from the upper right against the clock). */
export const emotionOfQuadrant = (quadrant: number, size = CORNER): Emotion => ({
  valence: quadrant === 1 || quadrant === 4 ? size : -size,
  arousal: quadrant <= 2 ? size : -size,
});

export const quadrantOf = ({ valence, arousal }: Emotion): number =>
  arousal >= 0 ? (valence >= 0 ? 1 : 2) : valence >= 0 ? 4 : 3;
