import { emotionOfQuadrant as pointOfQuadrant } from '../../src/cli/arguments.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';

export const QUADRANTS = [1, 2, 3, 4] as const;

/** The point that `generate` asks for when it is given a quadrant (1..4, counted from the upper right against the clock). */
export const emotionOfQuadrant = (quadrant: number): Emotion => pointOfQuadrant(`Q${quadrant}`);
