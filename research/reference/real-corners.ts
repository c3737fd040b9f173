import { clipFigures } from '../../src/model/choosing/clip-figures.ts';
import { type ChoosingFile, LIKENESS, likenessOf, type Usual } from '../../src/model/choosing/real-clips.ts';
import { deviation, mean } from '../../src/model/emotion/statistics.ts';
import { generate } from '../../src/model/muser/generate.ts';
import type { Muser } from '../../src/model/muser/muser.ts';
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
      likeness: usualLikeness(clips.filter((clip) => clip.quadrant === quadrant)),
      words: usual(own.map((take) => take.likelihood.words)),
      codes: usual(own.map((take) => take.likelihood.codes)),
    });
  }
  const [q1, q2, q3, q4] = corners;
  return { figures: LIKENESS, corners: [q1, q2, q3, q4] };
}

function usualLikeness(clips: readonly Clip[]): Usual[] {
  const rows = clips.map((clip) => {
    const cut = excerpt(clip, BARS);
    return likenessOf(clipFigures(cut.words, pieceOf(cut)));
  });
  return LIKENESS.map((_, i) => usual(rows.map((row) => row[i])));
}

const usual = (values: readonly number[]): Usual => ({
  mean: rounded(mean(values)),
  deviation: rounded(deviation(values)),
});

const rounded = (value: number): number => Number(value.toPrecision(4));
