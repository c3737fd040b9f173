import { describe, expect, it } from 'vitest';
import { generate } from '../../../src/model/muser/generate.ts';
import { shippedMuser } from '../helpers/shipped.ts';

/** Steps from onset to onset, the longest before the last bar. */
function longestRest(steps: readonly number[], bars: number): number {
  const onsets = [...new Set(steps)].filter((step) => step < 16 * (bars - 1)).sort((a, b) => a - b);
  return Math.max(0, ...onsets.slice(1).map((step, i) => step - onsets[i]));
}

describe('rests', () => {
  it('are seldom longer than a bar, and never go on', async () => {
    const bars = 16;
    const emotion = { valence: -0.6, arousal: -0.4 };
    const takes = await generate(await shippedMuser(), { emotion, bars }, { takes: 24, seed: 300 });
    const rests = takes.map(({ piece }) =>
      longestRest(
        piece.notes.map(({ step }) => step),
        bars,
      ),
    );
    expect(rests.filter((rest) => rest > 16).length).toBeLessThanOrEqual(5);
    expect(Math.max(...rests)).toBeLessThanOrEqual(28);
  }, 240_000);
});
