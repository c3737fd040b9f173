import { describe, expect, it } from 'vitest';
import { generate } from '../../../src/model/muser/generate.ts';
import { feltAfter, pushTo } from '../../../src/model/muser/turning.ts';
import { notesInBars } from '../../../src/model/music/cut-piece.ts';
import { shippedMuser } from '../helpers/shipped.ts';

const CALM = { valence: 0, arousal: -0.7 };
const WILD = { valence: 0, arousal: 0.7 };

describe('a moving emotion', () => {
  it('pushes nothing while nothing moves, and the more the further it goes', () => {
    expect(pushTo(null, WILD)).toBe(0);
    expect(pushTo(feltAfter(null, WILD), WILD)).toBe(0);
    const little = pushTo(CALM, { valence: 0, arousal: -0.6 });
    expect(little).toBeGreaterThan(0);
    expect(pushTo(CALM, WILD)).toBeGreaterThan(little);
  });

  it('forgets half of what was felt in four bars', () => {
    let felt = feltAfter(null, CALM);
    for (let beat = 0; beat < 16; beat++) felt = feltAfter(felt, WILD);
    expect(felt.arousal).toBeCloseTo(0, 6);
    expect(felt.valence).toBe(0);
  });

  it('is heard in the music: from calm to wild, notes come thicker and louder', async () => {
    const muser = await shippedMuser();
    const emotion = Array.from({ length: 16 }, (_, bar) => ({
      valence: 0,
      arousal: -0.7 + (1.4 * bar) / 15,
    }));
    const takes = await generate(muser, { emotion, bars: 16 }, { takes: 6, seed: 40 });
    const part = (from: number, to: number) => takes.flatMap(({ piece }) => notesInBars(piece, from, to));
    const loudness = (notes: readonly { velocity: number }[]) =>
      notes.reduce((sum, { velocity }) => sum + velocity, 0) / notes.length;
    const [early, late] = [part(0, 4), part(11, 15)];
    expect(late.length).toBeGreaterThan(1.5 * early.length);
    expect(loudness(late)).toBeGreaterThan(loudness(early) + 8);
  }, 240_000);
});
