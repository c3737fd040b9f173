import { beforeAll, describe, expect, it } from 'vitest';
import { candidateSeed } from '../../../src/model/choosing/candidates.ts';
import { chooseTake } from '../../../src/model/choosing/choose.ts';
import { CopyIndex } from '../../../src/model/choosing/copy-index.ts';
import { COUNTED_NOTES } from '../../../src/model/choosing/fingerprints.ts';
import { judge, type Listen, type Standard } from '../../../src/model/choosing/judgement.ts';
import { aimFor } from '../../../src/model/choosing/real-clips.ts';
import { NO_REFERENCE, readReference } from '../../../src/model/choosing/reference.ts';
import type { BarJudge } from '../../../src/model/composing/bar-judge.ts';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { generate, generateSeeds } from '../../../src/model/muser/generate.ts';
import { MuserModel } from '../../../src/model/muser/muser-model.ts';
import type { Key, Piece } from '../../../src/model/music/piece.ts';
import { goldenWeights } from '../helpers/golden.ts';
import { musicModel } from '../helpers/music-models.ts';
import { shipped } from '../helpers/shipped.ts';

const conditions = { emotion: { valence: 0.5, arousal: 0.5 }, bars: 3 };
/** Hears more arousal in more notes. */
const listen: Listen = (piece: Piece) => ({
  emotion: { valence: 0.5, arousal: Math.min(1, piece.notes.length / 60) },
  bars: [],
});
const deaf: Listen = () => null;

describe('choosing of several candidates', () => {
  let muser: MuserModel;
  beforeAll(async () => {
    const weights = await goldenWeights('affetto');
    muser = new MuserModel(weights, await createSimdEngine(weights));
  });

  it('with one candidate gives what the seed gives', async () => {
    const [plain] = await generate(muser, conditions, { seed: 11 });
    const take = await chooseTake(muser, conditions, 11, { bestOf: 1, listen, reference: NO_REFERENCE });
    expect(take.words).toEqual(plain.words);
    expect(take.choice).toBeNull();
  });

  it('keeps the candidate that costs least, and each can be written again by its seed', async () => {
    const take = await chooseTake(muser, conditions, 11, { bestOf: 4, listen, reference: NO_REFERENCE });
    const { candidates, winner } = take.choice!;
    expect(candidates.map(({ seed }) => seed)).toEqual([0, 1, 2, 3].map((i) => candidateSeed(11, i)));
    expect(candidates[0].seed).toBe(11);
    expect(candidates[winner].cost).toBe(Math.min(...candidates.map(({ cost }) => cost)));
    const [again] = await generateSeeds(muser, conditions, [candidates[winner].seed]);
    expect(again.words).toEqual(take.words);
    expect(take.seed).toBe(11);
  });

  it('lets a judge of bars choose as the music is written, among as many', async () => {
    const model = await musicModel('generator');
    const longest = (words: readonly { length: number }[]) =>
      words.reduce((sum, { length }) => sum + length, 0);
    const heard: number[] = [];
    const barJudge: BarJudge = {
      scores(candidates) {
        heard.push(candidates.length);
        return candidates.map(longest);
      },
    };
    const options = { bestOf: 4, listen, reference: NO_REFERENCE };
    const judged = { config: model.config, write: model.write.bind(model), barJudge };
    const take = await chooseTake(judged, conditions, 11, options);
    expect(heard).toEqual([4, 4]);
    expect(take.choice).toMatchObject({ bestOf: 4, winner: 0, candidates: [{ seed: 11 }] });
    const choosing = { judge: barJudge, candidates: 4 };
    const [same] = await model.write(conditions, [11], { choosing });
    expect(take.words).toEqual(same.words);
    const [plain] = await model.write(conditions, [11]);
    expect(take.piece.notes.length).toBeGreaterThan(plain.piece.notes.length);
    // What copies a training clip is written again from another seed.
    const runs = CopyIndex.of([take.words]);
    const other = await chooseTake(judged, conditions, 11, { ...options, reference: { real: null, runs } });
    expect(other.choice!.candidates.map(({ rejected }) => rejected)).toEqual([true, false]);
    const [alone] = await model.write(conditions, [candidateSeed(11, 1)], { choosing });
    expect(other.words).toEqual(alone.words);
  });

  it('gives the same for the same seed, and tells what the winner was better in', async () => {
    const options = { bestOf: 3, listen, reference: NO_REFERENCE };
    const [a, b] = [
      await chooseTake(muser, conditions, 5, options),
      await chooseTake(muser, conditions, 5, options),
    ];
    expect(a.choice).toEqual(b.choice);
    expect(a.words).toEqual(b.words);
    const { candidates, winner, reason } = a.choice!;
    const others = candidates.filter((_, i) => i !== winner).map(({ costs }) => costs[reason!]);
    expect(candidates[winner].costs[reason!]).toBeLessThanOrEqual(
      others.reduce((x, y) => x + y) / others.length,
    );
  });

  it('hears closer to what was asked than the first candidate does', async () => {
    let [first, best] = [0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const { choice } = await chooseTake(muser, { ...conditions, key: { tonic: 0, mode: 'major' } }, seed, {
        bestOf: 4,
        listen,
        reference: NO_REFERENCE,
      });
      first += choice!.candidates[0].costs.emotion + choice!.candidates[0].costs.key;
      best += choice!.candidates[choice!.winner].costs.emotion + choice!.candidates[choice!.winner].costs.key;
    }
    expect(best).toBeLessThan(first);
  });

  it('rejects a copy of a training clip and writes another', async () => {
    const [copied] = await generateSeeds(muser, conditions, [21]);
    const runs = CopyIndex.of([copied.words]);
    expect(runs.sharedNotes(copied.words)).toBeGreaterThanOrEqual(COUNTED_NOTES);
    const take = await chooseTake(muser, conditions, 21, {
      bestOf: 2,
      listen: deaf,
      reference: { real: null, runs },
    });
    const { candidates, winner } = take.choice!;
    expect(candidates).toHaveLength(3);
    expect(candidates.map(({ rejected }) => rejected)).toEqual([true, false, false]);
    expect(winner).toBeGreaterThan(0);
    expect(take.words).not.toEqual(copied.words);
  });

  it('keeps the shortest copy where everything is one', async () => {
    const seeds = [0, 1, 2, 3].map((i) => candidateSeed(30, i));
    const all = await generateSeeds(muser, conditions, seeds);
    const runs = CopyIndex.of(all.map(({ words }) => words));
    const { choice } = await chooseTake(muser, conditions, 30, {
      bestOf: 2,
      listen,
      reference: { real: null, runs },
    });
    expect(choice!.candidates).toHaveLength(4);
    expect(choice!.candidates.every(({ rejected }) => rejected)).toBe(true);
    const shared = choice!.candidates.map(({ sharedNotes }) => sharedNotes);
    expect(shared[choice!.winner]).toBe(Math.min(...shared));
  });

  const drawn = (mode: Key['mode']): Standard => ({ aim: null, sharedNotes: 0, mode });

  it('holds the heard mode against the own one, or the key against the one that was asked', async () => {
    const [take] = await generateSeeds(muser, conditions, [3]);
    const cost = (mode: 'major' | 'minor') => {
      const key = { ...take.piece.key, mode };
      return judge({ ...take, piece: { ...take.piece, key } }, conditions, null, drawn(mode));
    };
    const { heardKey } = cost('major');
    expect(cost(heardKey.mode).costs.key).toBe(0);
    expect(cost(heardKey.mode === 'major' ? 'minor' : 'major').costs.key).toBeGreaterThan(0);
    const other = take.piece.key.mode === 'major' ? 'minor' : 'major';
    const against = (mode: Key['mode']) => judge(take, conditions, null, drawn(mode)).costs.key;
    expect(against(other)).toBeGreaterThan(against(take.piece.key.mode));
    const keyed = (tonic: number) =>
      judge(take, { ...conditions, key: { ...heardKey, tonic } }, null, drawn(heardKey.mode)).costs.key;
    expect(keyed(heardKey.tonic)).toBe(0);
    expect(keyed((heardKey.tonic + 1) % 12)).toBe(1);
  });

  it('counts nothing that is near enough or usual, and what lies beyond ever more', async () => {
    const [take] = await generateSeeds(muser, conditions, [3]);
    const { valence, arousal } = conditions.emotion;
    const emotion = (away: number) =>
      judge(
        take,
        conditions,
        { emotion: { valence: valence - away, arousal: arousal - away }, bars: [] },
        drawn(take.piece.key.mode),
      ).costs.emotion;
    expect(emotion(0.2)).toBe(0);
    expect(emotion(0.4)).toBeGreaterThan(0);
    expect(emotion(0.8)).toBeGreaterThan(2 * emotion(0.4));
    const { real } = readReference(shipped('choosing.json'), null);
    const aim = aimFor(real!, conditions.emotion);
    const odd = (deviations: number) => {
      const words = { ...aim.words, mean: take.likelihood.words + deviations * aim.words.deviation };
      const usual = { mean: take.likelihood.codes, deviation: 1 };
      return judge(take, conditions, null, {
        ...drawn(take.piece.key.mode),
        aim: { ...aim, words, codes: usual },
      }).costs.fluency;
    };
    expect(odd(2)).toBe(0);
    expect(odd(4)).toBeGreaterThan(0);
    expect(odd(-4)).toBeCloseTo(odd(4), 9);
  });

  it.each([0, 9, 2.5])('refuses the best of %d', async (bestOf) => {
    await expect(
      chooseTake(muser, conditions, 1, { bestOf, listen, reference: NO_REFERENCE }),
    ).rejects.toThrow(/1 to 8 candidates/);
  });
});
