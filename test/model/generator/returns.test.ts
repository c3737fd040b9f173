import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BarReference } from '../../../src/model/generator/bar-reference.ts';
import { BarWriter } from '../../../src/model/generator/bar-writer.ts';
import { Generator } from '../../../src/model/generator/generator.ts';
import { evenMetre } from '../../../src/model/generator/metre.ts';
import { createReferenceGeneratorEngine } from '../../../src/model/generator/reference-engine.ts';
import { lagOf } from '../../../src/model/generator/returns.ts';
import { samplingOf } from '../../../src/model/generator/sampling.ts';
import type { Script } from '../../../src/model/generator/script.ts';
import { WORD_WIDTH } from '../../../src/model/generator/vocabulary.ts';
import { BAR, BAR_BEAT, type Element, TYPE } from '../../../src/model/tokens/vocabulary.ts';
import { golden, goldenGenerator, goldenPiece } from './golden-generator.ts';

let model: Generator;
beforeAll(async () => {
  const weights = await goldenGenerator();
  model = new Generator(weights, createReferenceGeneratorEngine(weights));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const endless = (seed: number, more: Partial<Script> = {}): Script => ({
  seed,
  bars: null,
  metre: evenMetre(4),
  emotionOf: () => ({ valence: 0.1, arousal: 0.4 }),
  modeOf: () => 2,
  endingOf: () => 0,
  ...more,
});
const plain = () => samplingOf(model.weights.config, {});
const isBarWord = (word: ArrayLike<number>) => word[TYPE] === 2 && word[BAR_BEAT] === BAR;

/** Keeps the words that a reference takes in, each with the value that comes with it. */
function record(): number[][] {
  const { take } = BarReference.prototype;
  const words: number[][] = [];
  vi.spyOn(BarReference.prototype, 'take').mockImplementation(function (this: BarReference, word, value) {
    words.push([...word, value]);
    take.call(this, word, value);
  });
  return words;
}

/** Hears how the bars return that a decoder is told of. */
function listen(): () => number[] {
  const words = record();
  return () => words.flatMap((word) => (isBarWord(word) ? [word[WORD_WIDTH]] : []));
}

describe('how bars return', () => {
  it('is chosen among the bars that there are', () => {
    const seeds = Array.from({ length: 6 }, (_, i) => i);
    const writer = new BarWriter(
      model,
      seeds.map((seed) => endless(seed)),
      plain(),
    );
    writer.planTo(seeds, 24);
    const values = seeds.map((lane) => Array.from({ length: 24 }, (_, bar) => writer.returnOf(lane, bar)));
    for (const lane of values)
      for (const [bar, value] of lane.entries())
        expect(value === 0 || lagOf(value) <= bar, `${value} at bar ${bar}`).toBe(true);
    expect(new Set(values.flat()).size).toBe(9);
    expect(values[0]).not.toEqual(values[1]);
  });

  it('favours the codes that come back by what has been learnt', async () => {
    const weights = await goldenGenerator();
    const get = weights.get.bind(weights);
    // A bonus that leaves no choice.
    weights.get = (name) => (name === 'prior.returns.copy' ? get(name).fill(1e4) : get(name));
    const sure = new Generator(weights, createReferenceGeneratorEngine(weights));
    const script = endless(1, { returnOf: (bar) => (bar < 2 ? 0 : 3) });
    for (const priorGuidance of [1, 3]) {
      const writer = new BarWriter(sure, [script], samplingOf(weights.config, { priorGuidance }));
      writer.planTo([0], 6);
      const plan = writer.plan(0).map((codes) => [...codes]);
      expect(plan.slice(8)).toEqual(plan.slice(0, 16));
      expect(plan.slice(0, 4)).not.toEqual(plan.slice(4, 8));
    }
  });

  it('loses to limits', async () => {
    const weights = await goldenGenerator();
    const get = weights.get.bind(weights);
    weights.get = (name) => (name === 'prior.returns.copy' ? get(name).fill(1e4) : get(name));
    const sure = new Generator(weights, createReferenceGeneratorEngine(weights));
    const codeMaskOf = (bar: number, _: number, group: number) =>
      Uint8Array.from(weights.config.groups[group].books.slice(0, 1).flatMap((size) =>
        Array.from({ length: size }, (_, code) => Number(code % 2 === bar % 2)),
      )); // biome-ignore format: short
    const script = endless(1, { returnOf: (bar) => (bar === 0 ? 0 : 1), codeMaskOf });
    const writer = new BarWriter(sure, [script], plain());
    writer.planTo([0], 4);
    for (const [beat, codes] of writer.plan(0).entries())
      for (const code of codes) expect(code % 2).toBe(Math.floor(beat / 4) % 2);
  });

  it('is the same again after going back, with what the words come back to', () => {
    const writer = new BarWriter(model, [endless(4)], plain());
    for (let bar = 0; bar < 10; bar++) writer.bar([0]);
    const mark = writer.mark(0);
    const words = record();
    const goOn = () => Array.from({ length: 8 }, () => writer.bar([0])[0]);
    const first = goOn();
    const heard = words.splice(0);
    writer.back(0, mark);
    expect(goOn()).toEqual(first);
    expect(words).toEqual(heard);
    expect(heard.filter((call) => isBarWord(call) && call[8] > 0).length).toBeGreaterThan(2);
  });

  it('goes with a copied lane', () => {
    const writer = new BarWriter(model, [endless(4), endless(5)], plain());
    const start = writer.mark(0);
    for (let bar = 0; bar < 9; bar++) writer.bar([0]);
    writer.copy(0, 1, start);
    const values = [0, 1].map((lane) => Array.from({ length: 9 }, (_, bar) => writer.returnOf(lane, bar)));
    expect(values[1]).toEqual(values[0]);
    for (let bar = 0; bar < 6; bar++) expect(writer.bar([1])).toEqual(writer.bar([0]));
  });

  it('stays with the beats that stay where live music turns within a bar', async () => {
    const feeling = { emotion: { valence: 0.5, arousal: 0.5 } };
    const music = await model.live({ conditions: feeling, seed: 3, remembers: 4 });
    const told = listen();
    for (let bar = 0; bar < 12; bar++) await music.bar({ bar, feeling });
    const before = told();
    expect(before.slice(9).some((value) => value > 0)).toBe(true);
    for (let bar = 11; bar > 8; bar--) {
      await music.bar({ bar, fromBeat: 2, feeling: { emotion: { valence: -0.9, arousal: -0.5 } } });
      expect(told().at(-1)).toBe(before[bar]);
    }
  });
});

describe('music that there is', () => {
  const all: readonly Element[] = ['type', 'barBeat', 'pitch', 'chord'];
  const emotion = [{ valence: 0.2, arousal: 0.2 }];

  it('comes back where it does, but for bars whose notes are written anew', async () => {
    const renewed = async (free: readonly Element[], seed: number) => {
      const told = listen();
      const span = { first: 0, last: 6, fromBar: 3, toBar: 6 };
      await model.renew({ piece: goldenPiece(), ...span, renew: new Set(free), emotion }, [seed]);
      const values = told();
      vi.restoreAllMocks();
      return values;
    };
    const real = golden.returns;
    expect(await renewed(['velocity'], 1)).toEqual(real);
    const anew = [await renewed(all, 1), await renewed(all, 2), await renewed(all, 3)];
    for (const values of anew) expect(values.slice(0, 3)).toEqual(real.slice(0, 3));
    expect(new Set(anew.map((values) => values.slice(3).join())).size).toBeGreaterThan(1);
  });

  it('comes back in a transfer, unless its notes are from elsewhere', async () => {
    const piece = goldenPiece();
    const transferred = async (element: Element | null) => {
      const told = listen();
      const sources = element ? { [element]: { piece, amount: 0.5 } } : {};
      await model.transfer({ piece, sources, emotion: emotion[0], seed: 1, keep: false });
      const values = told();
      vi.restoreAllMocks();
      return values;
    };
    expect(await transferred(null)).toEqual(golden.returns);
    expect(await transferred('velocity')).toEqual(golden.returns);
    expect(await transferred('barBeat')).toEqual(golden.returns.map(() => 0));
  });
});
