import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Asked, addAsked, commandLines } from '../../../research/evaluate/command-line.ts';
import { keepEarlier } from '../../../research/evaluate/earlier.ts';
import { neutralEntry, readEntry } from '../../../research/evaluate/entry.ts';
import { codecPartsTable, isCompared, musicPartsTable } from '../../../research/evaluate/parts.ts';
import type { ModelSummary, Summary } from '../../../research/evaluate/report.ts';
import { FULL, type SectionName } from '../../../research/evaluate/section.ts';
import { separation, separationLines } from '../../../research/evaluate/separation.ts';
import { targetTable } from '../../../research/evaluate/targets.ts';
import { ELEMENTS } from '../../../src/model/tokens/vocabulary.ts';

const model = (name: string, rest: Partial<ModelSummary> = {}): ModelSummary => ({
  name,
  weights: 'w',
  bestOf: 4,
  ...rest,
});
const heard = (fourQ: number) => ({
  accuracies: { recogniser: { fourQ, arousal: fourQ, valence: fourQ, clips: 400 } },
});
const summary = (...models: ModelSummary[]): Summary => ({
  sizes: FULL,
  seed: 1,
  real: null,
  gates: [],
  models,
});

describe('a model on the command line', () => {
  it('has a name, candidates and variants', () => {
    expect(readEntry('a/affetto')).toMatchObject({
      name: 'affetto',
      folder: 'a/affetto',
      bestOf: 4,
      leans: true,
    });
    expect(readEntry('a/affetto@1~g0~plain')).toEqual({
      name: 'affetto@1~g0~plain',
      folder: 'a/affetto',
      bestOf: 1,
      sampling: { priorGuidance: 0, decoderGuidance: 0 },
      leans: false,
    });
    expect(readEntry('ours=a/b~g2.5')).toMatchObject({ name: 'ours', sampling: { priorGuidance: 2.5 } });
    expect(() => readEntry('a~g')).toThrow(/'~g' is unknown/);
  });

  it('is written down without places of this machine', () => {
    expect(neutralEntry('/somewhere/else/affetto-flat@1')).toBe('training/runs/affetto-flat@1');
    expect(neutralEntry(resolve('resources/models/affetto@1~g2'))).toBe('resources/models/affetto@1~g2');
  });

  it('shares a command with others that were asked alike', () => {
    const asked = (entry: string, ...sections: SectionName[]): Asked => ({ entry, seed: 7, sections });
    const both = addAsked(asked('a', 'maps', 'speed'), asked('a', 'generation', 'maps'));
    expect(both.sections).toEqual(['generation', 'maps', 'speed']);
    expect(addAsked(both, { ...asked('a', 'maps'), seed: 8 }).sections).toEqual(['maps']);
    const models = [both, asked('b', 'maps'), { ...both, entry: 'c' }].map((of) =>
      model(of.entry, { asked: of }),
    );
    expect(commandLines([...models, model('d')])).toEqual([
      'npm run evaluate -- --data training/data --models a,c --seed 7 --sections generation,maps,speed',
      'npm run evaluate -- --data training/data --models b --seed 7 --sections maps',
    ]);
  });
});

describe('figures of earlier runs', () => {
  const before = summary(model('a', heard(0.5)), model('b', heard(0.6)));

  it('stay where a run measures other models or other sections', () => {
    const speed = { engine: 'simd', megabytes: 1, realTime: 2, realTimeOfBatch: 3, wordsPerSecond: 4 };
    const after = keepEarlier(summary(model('c'), model('b', { speed })), before);
    expect(after.models.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(after.models[1]).toMatchObject({ speed, ...heard(0.6) });
  });

  it('go where the weights have changed, or their name is to be forgotten', () => {
    const after = keepEarlier(summary(model('b', { weights: 'other' })), before, ['a']);
    expect(after.models).toEqual([model('b', { weights: 'other' })]);
  });
});

describe('what each part is worth', () => {
  it('is said for pairs that were measured, beyond chance', () => {
    const text = musicPartsTable(
      summary(
        model('affetto', heard(0.9)),
        model('affetto@1', heard(0.7)),
        model('affetto-scratch@1', heard(0.72)),
      ),
    );
    const rows = text.split('\n').slice(2);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain('| choosing the best of 4 | 0.90 → 0.70 |');
    expect(rows[0]).toContain('**worse**: 4Q, recogniser |');
    expect(rows[1]).toContain('nothing beyond chance');
  });

  it('counts less as better where it is', () => {
    const each = (value: number) =>
      Object.fromEntries(ELEMENTS.map((e) => [e, value])) as Record<(typeof ELEMENTS)[number], number>;
    const gates = (name: string, value: number) => ({
      model: name,
      step: 1,
      crossEntropy: each(value),
      otherCodes: each(1),
      blankHistory: each(1),
      information: { one: each(0.5), two: each(1) },
      perplexity: {},
      unigram: null,
    });
    const all = summary(model('affetto-short@1'), model('affetto-flat@1'));
    const text = codecPartsTable({ ...all, gates: [gates('affetto-short', 1), gates('affetto-flat', 0.5)] });
    expect(text).toContain('| two-level decoding, affetto | 7.00 → 3.50 | 1.00 → 1.00 |');
    expect(text).toContain('**better**: cross-entropy (sum) |');
  });

  it('keeps models of comparisons out of the other tables', () => {
    expect(isCompared('affetto-flat@1')).toBe(true);
    expect(isCompared('affetto-flat')).toBe(true);
    expect(isCompared('affetto@1')).toBe(false);
    expect(isCompared('mine')).toBe(false);
  });
});

describe('tables', () => {
  it('put the targets of models side by side', () => {
    const text = targetTable([model('a', heard(0.5)), model('b', heard(0.9)), model('c')]);
    expect(text).toContain('| generated, 4Q (recogniser) | at least 0.75 | **0.50** | 0.90 | – |');
  });

  it('say which element tells arousal and which valence', () => {
    const rows = Object.fromEntries(
      ELEMENTS.map((e) => {
        const [arousal, valence] = [e === 'velocity' ? 0.4 : 0.1, e === 'chord' ? 0.2 : 0];
        return [
          e,
          { 'Q1-Q2': valence, 'Q3-Q4': valence, 'Q1-Q4': arousal, 'Q2-Q3': arousal, 'Q1-Q3': 1, 'Q2-Q4': 1 },
        ];
      }),
    );
    const one = model('a', { silhouettes: rows });
    expect(separation(one)!.arousal[0]).toEqual({ element: 'velocity', value: 0.4 });
    expect(separation(one)!.valence[0]).toEqual({ element: 'chord', value: 0.2 });
    expect(separationLines([one, model('b')])).toMatch(
      /^- `a`: .*velocity \(0\.40\).*valence by chord \(0\.20\)/,
    );
  });
});
