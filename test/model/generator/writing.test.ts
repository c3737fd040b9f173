import { beforeAll, describe, expect, it } from 'vitest';
import { BarWriter } from '../../../src/model/generator/bar-writer.ts';
import { planOnly } from '../../../src/model/generator/codes.ts';
import type { GeneratorSampling } from '../../../src/model/generator/config.ts';
import { Generator } from '../../../src/model/generator/generator.ts';
import { evenMetre } from '../../../src/model/generator/metre.ts';
import { PlanWriter } from '../../../src/model/generator/plan-writer.ts';
import { createReferenceGeneratorEngine } from '../../../src/model/generator/reference-engine.ts';
import { lagOf } from '../../../src/model/generator/returns.ts';
import { samplingOf } from '../../../src/model/generator/sampling.ts';
import type { Script } from '../../../src/model/generator/script.ts';
import { pieceToWords } from '../../../src/model/generator/to-words.ts';
import { WORD_WIDTH } from '../../../src/model/generator/vocabulary.ts';
import { WordWriter } from '../../../src/model/generator/word-writer.ts';
import { TEMPO, TYPE, valueOfBpm } from '../../../src/model/tokens/vocabulary.ts';
import { goldenGenerator } from './golden-generator.ts';

let model: Generator;
beforeAll(async () => {
  const weights = await goldenGenerator();
  model = new Generator(weights, createReferenceGeneratorEngine(weights));
});

const script = (seed: number, more: Partial<Script> = {}): Script => ({
  seed,
  bars: 5,
  metre: evenMetre(4),
  emotionOf: (bar) => ({ valence: 0.4 - bar / 5, arousal: 0.2 }),
  modeOf: () => 1,
  endingOf: (bar) => Math.max(0, bar - 3),
  ...more,
});
const plain = () => samplingOf(model.weights.config, {});
/** Plan and words together, bar by bar; bars of each script. */
function barsOf(scripts: readonly Script[], sampling: GeneratorSampling): Uint8Array[][] {
  const writer = new BarWriter(model, scripts, sampling);
  const bars: Uint8Array[][] = scripts.map(() => []);
  for (let bar = 0; ; bar++) {
    const lanes = scripts.flatMap(({ bars }, lane) => (bar < bars! ? [lane] : []));
    if (lanes.length === 0) return bars;
    for (const [i, words] of writer.bar(lanes).entries()) bars[lanes[i]].push(words);
  }
}
const conditions = { emotion: { valence: 0.5, arousal: -0.3 }, bars: 3 };
const notesOf = async (...seeds: number[]) =>
  (await model.write(conditions, seeds)).map(({ piece }) => piece.notes);

describe('writing takes', () => {
  it('gives a seed the same music alone and beside others', async () => {
    const together = await notesOf(7, 8, 9);
    expect(await notesOf(8)).toEqual([together[1]]);
    expect(together[0]).not.toEqual(together[1]);
  });

  it('writes exactly the bars asked for, grammatical, in the key and tempo asked for', async () => {
    const key = { tonic: 3, mode: 'minor' } as const;
    for (const beatsPerBar of [2, 3, 4])
      for (const { piece, seed } of await model.write({ ...conditions, key, bpm: 97, beatsPerBar }, [3, 4])) {
        expect(piece.barBeats).toEqual([beatsPerBar, beatsPerBar, beatsPerBar]);
        expect(piece.tempos).toEqual([{ beat: 0, bpm: 97 }]);
        expect(piece.key).toEqual(key);
        expect(piece.notes.length).toBeGreaterThan(5);
        const words: (readonly number[])[] = [];
        for await (const [bar] of model.stream({ ...conditions, key, bpm: 97, beatsPerBar }, [seed]))
          words.push(...bar.words);
        // Words made anew of the piece are the same, but for chords said again: the grammar was kept.
        const again = pieceToWords(piece);
        const types = Array.from(
          { length: again.length / WORD_WIDTH },
          (_, i) => again[i * WORD_WIDTH + TYPE],
        );
        expect(types).toEqual(words.map((word) => word[TYPE]));
        expect(words[1][TEMPO]).toBe(valueOfBpm(97));
      }
  });

  it('refuses conditions out of range, and stops when it is told to', async () => {
    const write = (more: object, options = {}) => model.write({ ...conditions, ...more }, [1], options);
    await expect(write({ bars: 0 })).rejects.toThrow('bars must be');
    await expect(write({}, { temperature: 0 })).rejects.toThrow('temperature must be');
    await expect(write({}, { decoderGuidance: 21 })).rejects.toThrow('decoder guidance must be');
    await expect(write({}, { signal: AbortSignal.abort() })).rejects.toThrow('stopped');
  });

  it('gives the same bars whether the plan is written before or on the way', () => {
    const one = script(5);
    const planner = new PlanWriter(model, [one], plain());
    while (planner.plan(0).length < 20) planner.next([0]);
    const codesOf = (_: number, beat: number) => {
      const codes = planner.plan(0)[beat];
      return codes ? planOnly(codes) : null;
    };
    const writer = new WordWriter(model, [one], plain(), codesOf, (_, bar) => planner.returnOf(0, bar));
    const bars = Array.from({ length: 5 }, () => writer.bar([0])[0]);
    expect(barsOf([one, script(6, { bars: 2 })], plain())[0]).toEqual(bars);
  });

  it('changes the plan under guidance, and not the grammar', () => {
    const guided = samplingOf(model.weights.config, { priorGuidance: 4 });
    const [bars] = barsOf([script(5)], guided);
    expect(bars).toHaveLength(5);
    expect([bars]).not.toEqual(barsOf([script(5)], plain()));
    expect(barsOf([script(4), script(5)], guided)[1]).toEqual(bars);
  });

  it('brings bars back only from where there are some, as chosen or as given', () => {
    const planner = new PlanWriter(
      model,
      [script(5, { endingOf: () => 0 }), script(6, { endingOf: () => 0, returnOf: () => 0 })],
      plain(),
    );
    while (planner.plan(0).length < 96) planner.next([0, 1]);
    const values = Array.from({ length: 24 }, (_, bar) => planner.returnOf(0, bar));
    expect(values[0]).toBe(0);
    expect(values.every((value, bar) => value === 0 || lagOf(value) <= bar)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(4);
    expect(Array.from({ length: 24 }, (_, bar) => planner.returnOf(1, bar))).toEqual(Array(24).fill(0));
  });
});

describe('going back', () => {
  const endless = script(9, { bars: null, endingOf: () => 0, emotionOf: () => null });

  it('writes the same bars again from a bar line, and goes on from words taken in', () => {
    const sampling = samplingOf(model.weights.config, { priorGuidance: 2 });
    const writer = new BarWriter(model, [endless], sampling);
    const first = writer.bar([0])[0];
    const mark = writer.mark(0);
    const bars = Array.from({ length: 12 }, () => writer.bar([0])[0]);
    const plan = writer.plan(0).map((codes) => [...codes]);
    const returns = bars.map((_, bar) => writer.returnOf(0, bar));
    writer.back(0, mark);
    expect(Array.from({ length: 12 }, () => writer.bar([0])[0])).toEqual(bars);
    expect(writer.plan(0).map((codes) => [...codes])).toEqual(plan);
    expect(bars.map((_, bar) => writer.returnOf(0, bar))).toEqual(returns);

    const other = new BarWriter(model, [endless], sampling);
    other.takePlan(0, plan.slice(0, 4), returns[0]);
    other.take(0, first);
    const next = other.bar([0])[0];
    expect(next[2]).toBe(1);
    expect(next.length).toBeGreaterThan(4 * WORD_WIDTH);
    // Bars that nobody wrote draw nothing: the first draws are those of the first bar.
    expect(next).not.toEqual(bars[0]);
  });

  it('goes on from a copied lane as that lane does', () => {
    const writer = new BarWriter(model, [endless, { ...endless, seed: 3 }], plain());
    writer.bar([0, 1]);
    writer.copy(0, 1, { ...writer.mark(0), words: { ...writer.mark(0).words, steps: 0 }, bar: 0 });
    const mark = writer.mark(0);
    writer.redraw(1, 5, 'other');
    const [bars, others] = [0, 1].map((lane) => [writer.bar([lane])[0], writer.bar([lane])[0]]);
    expect(bars).not.toEqual(others);
    writer.copy(1, 0, mark);
    expect(writer.bar([0])).toEqual(writer.bar([1]));
    expect(writer.likelihood(0)).toEqual(writer.likelihood(1));
  });

  it('hears guidance from where it sets in, and the same again after going back', () => {
    const strength = (bar: number) => (bar < 2 ? 1 : 3);
    const guided = {
      ...script(9, { bars: null, endingOf: () => 0 }),
      guidanceOf: (bar: number) => ({ prior: strength(bar), decoder: strength(bar) }),
    };
    const write = (one: Script) => {
      const writer = new BarWriter(model, [one], plain());
      const bars = [writer.bar([0])[0]];
      const mark = writer.mark(0);
      bars.push(...Array.from({ length: 4 }, () => writer.bar([0])[0]));
      writer.back(0, mark);
      expect(Array.from({ length: 4 }, () => writer.bar([0])[0])).toEqual(bars.slice(1));
      return bars;
    };
    const [plainBars, guidedBars] = [write({ ...guided, guidanceOf: undefined }), write(guided)];
    expect(guidedBars[0]).toEqual(plainBars[0]);
    expect(guidedBars.slice(2)).not.toEqual(plainBars.slice(2));
  });

  it('refuses to go back further than is kept', () => {
    const writer = new WordWriter(
      model,
      [endless],
      plain(),
      () => null,
      () => 0,
    );
    writer.bar([0]);
    const mark = writer.mark(0);
    while (writer.mark(0).steps < mark.steps + 600) writer.bar([0]);
    expect(() => writer.back(0, mark)).toThrow('cannot go back');
  });
});
