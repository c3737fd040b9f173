import { beforeAll, describe, expect, it } from 'vitest';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { emotionAt } from '../../../src/model/muser/conditions.ts';
import type { Emotion } from '../../../src/model/muser/emotion-embedding.ts';
import { generate } from '../../../src/model/muser/generate.ts';
import { Muser } from '../../../src/model/muser/muser.ts';
import type { LanePlan } from '../../../src/model/muser/plan.ts';
import { indexBars } from '../../../src/model/tokens/bars.ts';
import { checkWords } from '../../../src/model/tokens/grammar.ts';
import { TEMPO, valueOfBpm, WORD_WIDTH, type Words } from '../../../src/model/tokens/vocabulary.ts';
import { goldenWeights } from '../helpers/golden.ts';

const happy: Emotion = { valence: 0.8, arousal: 0.7 };
const sad: Emotion = { valence: -0.8, arousal: -0.7 };
const models: Record<string, Muser> = {};

beforeAll(async () => {
  for (const name of ['affetto', 'muser-paper']) {
    const weights = await goldenWeights(name);
    models[name] = new Muser(weights, await createSimdEngine(weights));
  }
});

const plan = (change: Partial<LanePlan> = {}): LanePlan => ({
  seed: 1,
  mode: 1,
  bars: null,
  ends: false,
  beatsOf: () => 4,
  emotionOf: () => happy,
  ...change,
});

const hex = (words: Words | null): string => Buffer.from(words ?? []).toString('hex');

describe.each(['affetto', 'muser-paper'])('generation with %s', (name) => {
  it.each([1, 2, 7])('writes exactly %i bars of the grammar', async (bars) => {
    const [take] = await generate(models[name], { emotion: happy, bars }, { seed: 5 });
    expect(checkWords(take.words, { beatsPerBar: 4 })).toBeNull();
    expect(indexBars(take.words).starts).toHaveLength(bars);
    expect(take.piece.barBeats).toEqual(new Array(bars).fill(4));
  });

  it('gives the same music for the same seed, other music for another', async () => {
    const write = async (seed: number) =>
      hex((await generate(models[name], { emotion: sad, bars: 2 }, { seed }))[0].words);
    expect(await write(9)).toBe(await write(9));
    expect(await write(9)).not.toBe(await write(10));
  });

  it('gives each take of a batch what its seed gives alone', async () => {
    const batch = await generate(models[name], { emotion: sad, bars: 2 }, { seed: 20, takes: 3 });
    expect(batch.map((take) => take.seed)).toEqual([20, 21, 22]);
    const [alone] = await generate(models[name], { emotion: sad, bars: 2 }, { seed: 21 });
    expect(hex(batch[1].words)).toBe(hex(alone.words));
    expect(batch[1].key).toEqual(alone.key);
  });

  it('keeps key, tempo and metre', async () => {
    const key = { tonic: 9, mode: 'minor' } as const;
    const [take] = await generate(models[name], { emotion: sad, bars: 3, key, bpm: 93, beatsPerBar: 3 });
    expect(take.piece.key).toEqual(key);
    expect(take.piece.barBeats).toEqual([3, 3, 3]);
    expect(take.piece.tempos).toEqual([{ beat: 0, bpm: 93 }]);
    for (let i = 0; i < take.words.length; i += WORD_WIDTH)
      expect([0, 1, valueOfBpm(93)]).toContain(take.words[i + TEMPO]);
  });

  it('goes on for as long as it is asked, in constant memory', async () => {
    const session = models[name].open([plan()]);
    for (let bar = 0; bar < 40; bar++) expect(await session.nextBar()).not.toEqual([null]);
    expect(session.lanes[0].forms.size).toBeLessThan(6);
    session.dispose();
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const session = models[name].open([plan()], { signal: controller.signal });
    await session.nextBar();
    controller.abort();
    await expect(session.nextBar()).rejects.toThrow('stopped');
  });
});

describe('a session', () => {
  it('lets lanes of different lengths end by themselves', async () => {
    const session = models.affetto.open([plan({ bars: 1 }), plan({ bars: 3, seed: 2 })]);
    const rounds: boolean[][] = [];
    for (let i = 0; i < 4; i++) rounds.push((await session.nextBar()).map((words) => words !== null));
    expect(rounds).toEqual([
      [true, true],
      [false, true],
      [false, true],
      [false, false],
    ]);
  });

  it('tells of every word as it is chosen', async () => {
    const session = models.affetto.open([plan({ bars: 2 })]);
    const heard: number[] = [];
    const bars: Words[] = [];
    for (let bar = 0; bar < 2; bar++)
      bars.push((await session.nextBar((_, word) => heard.push(...word)))[0]!);
    expect(heard).toEqual(bars.flatMap((words) => [...words]));
  });

  it('hears changed conditions from the next bar on', async () => {
    const write = async (turn: boolean) => {
      let emotion = happy;
      const session = models.affetto.open([plan({ emotionOf: () => emotion })]);
      const bars = [hex((await session.nextBar())[0])];
      if (turn) {
        emotion = sad;
        session.changed(0);
      }
      for (let bar = 0; bar < 3; bar++) bars.push(hex((await session.nextBar())[0]));
      return bars;
    };
    const [steady, turned] = [await write(false), await write(true)];
    expect(turned[0]).toBe(steady[0]);
    expect(turned.slice(1)).not.toEqual(steady.slice(1));
  });

  it('a change that changes nothing about the prior leaves its codes sound', async () => {
    const session = models.affetto.open([plan({ bars: 6 })]);
    const bars: Words[] = [];
    for (let bar = 0; bar < 6; bar++) {
      bars.push((await session.nextBar())[0]!);
      session.changed(0);
    }
    expect(bars.every((words) => words !== null && words.length > 0)).toBe(true);
  });

  it('is moved by guidance, and guidance of 1 is none', async () => {
    const write = async (priorGuidance: number, decoderGuidance: number) =>
      hex(
        (
          await generate(
            models.affetto,
            { emotion: sad, bars: 3 },
            { seed: 4, priorGuidance, decoderGuidance },
          )
        )[0].words,
      );
    const plain = await write(1, 1);
    expect(await write(6, 1)).not.toBe(plain);
    expect(await write(1, 6)).not.toBe(plain);
  });
});

describe('a bar that returns', () => {
  it('is written at its own temperature, other bars are not', async () => {
    const write = async (form: number, returnTemperature: number) => {
      const session = models.affetto.open([plan({ bars: 3, formOf: (bar) => (bar === 2 ? form : 0) })], {
        returnTemperature,
      });
      const bars: string[] = [];
      for (let bar = 0; bar < 3; bar++) bars.push(hex((await session.nextBar())[0]));
      return bars;
    };
    const [warm, cool] = [await write(1, 1), await write(1, 0.05)];
    // The last beat before it already sees its first codes.
    expect(cool[0]).toEqual(warm[0]);
    expect(cool[2]).not.toBe(warm[2]);
    expect(await write(0, 0.05)).toEqual(await write(0, 1));
  });
});

describe('conditions', () => {
  it.each([
    [{ emotion: { valence: 2, arousal: 0 } }, 'valence'],
    [{ emotion: { valence: 0, arousal: Number.NaN } }, 'arousal'],
    [{ emotion: [] }, 'emotion'],
    [{ bars: 0 }, 'bars'],
    [{ bars: 2.5 }, 'bars'],
    [{ bars: 100_000 }, 'bars'],
    [{ bpm: 10 }, 'tempo'],
    [{ beatsPerBar: 5 }, 'beats'],
    [{ key: { tonic: 12, mode: 'major' as const } }, 'key'],
  ])('%j is refused', async (change, word) => {
    await expect(generate(models.affetto, { emotion: happy, bars: 1, ...change })).rejects.toThrow(word);
  });

  it.each([
    [{ takes: 0 }, 'takes'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 1.5 }, 'seed'],
    [{ temperature: 0 }, 'temperature'],
    [{ elements: { pitch: { topP: 2 } } }, 'pitch'],
    [{ priorGuidance: Number.NaN }, 'guidance'],
    [{ returnTemperature: 0 }, 'returning'],
  ])('option %j is refused', async (options, word) => {
    await expect(generate(models.affetto, { emotion: happy, bars: 1 }, options)).rejects.toThrow(word);
  });

  it('hold the last emotion of a path', () => {
    expect([0, 1, 5].map((bar) => emotionAt([happy, sad], bar))).toEqual([happy, sad, sad]);
  });

  it('draw the mode by the valence', async () => {
    const major = async (emotion: Emotion) => {
      const takes = await generate(models.affetto, { emotion, bars: 1 }, { takes: 40 });
      return takes.filter((take) => take.key.mode === 'major').length;
    };
    expect(await major(happy)).toBeGreaterThan((await major(sad)) + 5);
  });
});
