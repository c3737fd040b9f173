import { Random } from '../../src/model/muser/random.ts';
import type { Piece } from '../../src/model/music/piece.ts';
import { type Clip, excerpt, pieceOf } from '../evaluate/data.ts';
import { emotionOfQuadrant, QUADRANTS } from '../evaluate/quadrants.ts';
import type { Source, TestClip } from '../page/data.ts';
import { PAGE_BARS, type PageWriter, pageClip } from './clips.ts';

/** Clips of each quadrant and source. */
const EACH = 2;

/**
 * The clips of the blind test in the order in which they are played: held-out real ones, ours, and the baseline's where
 * there is one. Their names do not tell where they come from.
 */
export async function blindClips(
  real: readonly Clip[],
  writers: Partial<Record<Exclude<Source, 'real'>, PageWriter>>,
  seed: number,
): Promise<TestClip[]> {
  const random = new Random(seed, 'blind test');
  const found: { quadrant: TestClip['quadrant']; source: Source; piece: Piece }[] = [];
  for (const quadrant of QUADRANTS) {
    const whole = real.map((clip) => ({ clip, cut: excerpt(clip, PAGE_BARS) }));
    const fitting = whole.filter(
      ({ clip, cut }) => clip.quadrant === quadrant && cut.barBeats.length === PAGE_BARS,
    );
    for (const { cut } of shuffled(fitting, random).slice(0, EACH))
      found.push({ quadrant, source: 'real', piece: pieceOf(cut) });
    for (const [source, writer] of Object.entries(writers))
      for (let i = 0; i < EACH; i++) {
        const take = await writer.write(emotionOfQuadrant(quadrant), seed + quadrant * EACH + i);
        found.push({ quadrant, source: source as Source, piece: take.piece });
      }
  }
  return shuffled(found, random).map(({ quadrant, source, piece }, i) => ({
    quadrant,
    source,
    clip: pageClip(`test-${i + 1}`, `Clip ${i + 1}`, piece),
  }));
}

/** In random order (Fisher and Yates). */
function shuffled<T>(list: readonly T[], random: Random): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
