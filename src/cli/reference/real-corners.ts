import { type ChoosingFile, LIKENESS, type Usual } from '../../model/choosing/real-clips.ts';
import { deviation, mean } from '../../model/emotion/statistics.ts';
import { clipFigures } from '../../model/evaluation/clip-figures.ts';
import { type GeneratedTake, generate } from '../../model/muser/generate.ts';
import type { Muser } from '../../model/muser/muser.ts';
import { type Clip, excerpt, pieceOf } from '../evaluate/data.ts';
import { emotionOfQuadrant, QUADRANTS } from '../evaluate/quadrants.ts';

/** Bars of the excerpts that are measured, and of the model's own takes. */
const BARS = 8;
const FIRST_SEED = 5000;

/**
 * What takes are compared with: figures of real clips, and how likely the model usually finds its own takes.
 * @param clips labelled training clips
 * @param takes of the model's own, a quadrant
 */
export async function realCorners(
  muser: Muser,
  clips: readonly Clip[],
  takes: number,
): Promise<ChoosingFile> {
  const corners = [];
  for (const quadrant of QUADRANTS) {
    const emotion = emotionOfQuadrant(quadrant);
    const own = await generate(muser, { emotion, bars: BARS }, { takes, seed: FIRST_SEED });
    corners.push({
      emotion,
      clips: clips.filter((clip) => clip.quadrant === quadrant).map(figuresOf),
      words: usual(own, 'words'),
      codes: usual(own, 'codes'),
    });
  }
  const [q1, q2, q3, q4] = corners;
  return { figures: LIKENESS, corners: [q1, q2, q3, q4] };
}

function figuresOf(clip: Clip): number[] {
  const cut = excerpt(clip, BARS);
  const figures = clipFigures(cut.words, pieceOf(cut));
  return LIKENESS.map((name) => rounded(figures[name]));
}

function usual(takes: readonly GeneratedTake[], of: 'words' | 'codes'): Usual {
  const values = takes.map((take) => take.likelihood[of]);
  return { mean: rounded(mean(values)), deviation: rounded(deviation(values)) };
}

const rounded = (value: number): number => Number(value.toPrecision(4));
