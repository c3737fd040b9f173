import { describe, expect, it } from 'vitest';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { bentEmotion, bentPlan } from '../../../src/model/muser/bend.ts';
import type { Emotion } from '../../../src/model/muser/emotion-embedding.ts';
import { generate } from '../../../src/model/muser/generate.ts';
import { AXES, Leaning, type LeaningFile } from '../../../src/model/muser/leaning.ts';
import { Muser } from '../../../src/model/muser/muser.ts';
import type { LanePlan } from '../../../src/model/muser/plan.ts';
import { goldenWeights } from '../helpers/golden.ts';

const bend = { arousalByValence: -0.1, valenceByArousal: 0.2 };

describe('bending what is asked', () => {
  it('moves each dimension by the other, and stays on the plane', () => {
    const bent = bentEmotion({ valence: 0.5, arousal: -0.4 }, bend);
    expect(bent.valence).toBeCloseTo(0.42, 12);
    expect(bent.arousal).toBeCloseTo(-0.45, 12);
    expect(bentEmotion({ valence: -1, arousal: 1 }, bend)).toEqual({ valence: -0.8, arousal: 1 });
  });

  it('leaves a plan that asks for no emotion, and one without a bend, as they are', () => {
    const plan = { emotionOf: () => null } as unknown as LanePlan;
    expect(bentPlan(plan, bend).emotionOf(0)).toBeNull();
    expect(bentPlan(plan, null)).toBe(plan);
  });

  it('gives the music that the bent point gives without it, leaning included', async () => {
    const weights = await goldenWeights('affetto');
    const engine = await createSimdEngine(weights);
    const { books } = weights.config;
    const asked: Emotion = { valence: 0.6, arousal: -0.5 };
    const book = (axis: string) => (axis === 'minor' ? 'pitchClasses' : axis === 'density' ? 'type' : '');
    const file = (corner: (emotion: Emotion) => Emotion, withBend: boolean): LeaningFile =>
      ({
        axes: Object.fromEntries(
          AXES.map((axis) => {
            const own = books.find(({ name }) => name === (book(axis) || 'velocity'))!;
            return [axis, { book: own.name, values: Array.from({ length: own.size }, (_, i) => i % 3) }];
          }),
        ),
        corners: [
          [0.7, 0.5],
          [-0.7, 0.5],
          [-0.7, -0.5],
          [0.7, -0.5],
        ].map(([valence, arousal], i) => ({
          emotion: corner({ valence, arousal }),
          leans: { density: i, length: 0, low: 0, high: 0, touch: 0, minor: 0, variety: 0, colour: 0 },
        })),
        ...(withBend && { bend }),
      }) as unknown as LeaningFile;
    const write = async (emotion: Emotion, leaning: Leaning) => {
      const key = { tonic: 0, mode: 'major' } as const;
      return (await generate(new Muser(weights, engine, leaning), { emotion, bars: 3, key }, { seed: 4 }))[0]
        .words;
    };
    const bent = await write(
      asked,
      new Leaning(
        file((e) => e, true),
        books,
      ),
    );
    const plain = new Leaning(
      file((e) => bentEmotion(e, bend), false),
      books,
    );
    expect(bent).toEqual(await write(bentEmotion(asked, bend), plain));
    expect(bent).not.toEqual(await write(asked, plain));
  });
});
