import { createSimdEngine } from '../../src/model/engines/simd/engine.ts';
import { generate } from '../../src/model/muser/generate.ts';
import { Muser } from '../../src/model/muser/muser.ts';
import { parseProgression } from '../../src/model/music/parse-chord.ts';
import { readWeightSet } from '../../src/model/weights/weight-set.ts';

/** Writes music from fixed seeds; the words of each take as text. Runs in Node and in a browser alike. */
export async function compose(name: string, files: Record<string, Uint8Array>): Promise<string[]> {
  const weights = await readWeightSet(files, name);
  const muser = new Muser(weights, await createSimdEngine(weights));
  const write = async (
    ...[conditions, options]: [Parameters<typeof generate>[1], object]
  ): Promise<string[]> =>
    (await generate(muser, conditions, options)).map(
      ({ words, key }) => `${key.tonic}${key.mode} ${words.join()}`,
    );
  return [
    ...(await write({ emotion: { valence: 0.7, arousal: 0.6 }, bars: 6 }, { seed: 1 })),
    ...(await write(
      { emotion: { valence: -0.7, arousal: -0.2 }, bars: 3 },
      { seed: 2, takes: 3, priorGuidance: 2 },
    )),
    ...(await write(
      {
        emotion: [{ valence: -1, arousal: 1 }],
        bars: 4,
        bpm: 97,
        steering: { chords: parseProgression('Am F C G'), low: 40, high: 90, polyphony: 4, density: 0.6 },
      },
      { seed: 3 },
    )),
  ];
}

/** Where a browser finds it. */
(globalThis as { compose?: typeof compose }).compose = compose;
