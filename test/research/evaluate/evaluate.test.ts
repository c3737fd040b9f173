import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Summary } from '../../../research/evaluate/report.ts';
import { ELEMENTS } from '../../../src/model/tokens/vocabulary.ts';
import { scratch } from '../../cli/run.ts';
import { run } from '../run.ts';
import { writeTinyData } from './tiny-data.ts';

const MODELS = 'test/fixtures/golden/affetto,test/fixtures/golden/muser-paper';

let folder: string;
beforeAll(() => {
  vi.stubEnv('AFFETTO_PYTHON', '');
  folder = scratch();
  writeTinyData(join(folder, 'data', 'emopia'), 'emopia');
  writeTinyData(join(folder, 'data', 'pop1k7'), 'pop1k7');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const evaluate = (...args: string[]) => run('evaluate', ...args);

describe('npm run research -- evaluate', () => {
  it('measures every section of both kinds of model, fills the document, and keeps what it has measured', {
    timeout: 300_000,
  }, async () => {
    const docs = join(folder, 'docs');
    const common = [
      '--data',
      join(folder, 'data'),
      '--models',
      MODELS,
      '--quick',
      '--work',
      join(folder, 'work'),
    ];
    cpSync('docs/model.md', join(docs, 'model.md'));
    const gates = join(folder, 'gates.jsonl');
    const each = (value: number) => Object.fromEntries(ELEMENTS.map((element) => [element, value]));
    const check = {
      crossEntropy: each(0.5),
      otherCodes: each(3),
      blankHistory: each(1),
      information: { chord: each(0.1) },
      perplexity: { chord: 12 },
    };
    writeFileSync(
      gates,
      `${JSON.stringify({ model: 'affetto', step: 7, check, unigram: each(2) })}\n{"step": 9}\n`,
    );
    const first = await evaluate(...common, '--out', docs, '--gates', gates);
    expect(first.err.join('\n')).not.toContain('affetto:');
    expect(first.code).toBe(0);
    expect(first.out.join('\n')).toMatch(/affetto: \d+ of \d+ targets met/);

    const summary = JSON.parse(readFileSync(join(docs, 'evaluation.json'), 'utf8')) as Summary;
    expect(summary.models.map((model) => model.name)).toEqual(['affetto', 'muser-paper']);
    for (const model of summary.models) {
      expect(model.reconstruction?.emopia?.clips).toBe(3);
      expect(model.transfer?.pairs).toBe(2);
      expect(Object.keys(model.transfer!.free)).toEqual([...ELEMENTS, 'rhythm']);
      // Kept words leave nothing to move but what was taken.
      expect(model.transfer!.kept.velocity.pitch).toBe(0);
      expect(model.transfer!.kept.velocity.type).toBe(0);
      // Nothing but the pitches follows the chords.
      expect(model.transfer!.kept.chord).toMatchObject({ type: 0, duration: 0, velocity: 0 });
      const { own, none, free, kept } = model.transfer!.heard!;
      for (const share of [own, none, free.rhythm, kept.chord]) expect(share).toBeTypeOf('number');
      // Touch alone moves no chord.
      expect(kept.velocity).toBeCloseTo(own, 1);
      expect(model.comparisons?.Q1.velocity.real).toBeGreaterThan(80);
      expect(model.comparisons?.Q3.velocity.real).toBeLessThan(60);
      expect(model.runs).toHaveLength(8);
      expect(model.silhouettes?.velocity['Q1-Q3']).toBeTypeOf('number');
      expect(model.speed!.realTime).toBeGreaterThan(1);
    }
    expect(summary.real?.runs).toHaveLength(8);

    const text = readFileSync(join(docs, 'model.md'), 'utf8');
    expect(text).toContain('| affetto: velocity |');
    expect(text).toContain('| affetto: rhythm |');
    expect(text).toContain('| muser-paper, EMOPIA |');
    expect(text).toContain('| unigram | 2.00 |');
    expect(text).toContain('(images/violins-affetto.svg)');
    expect(readFileSync(join(docs, 'images', 'violins-affetto.svg'), 'utf8')).toMatch(/^<svg.*<\/svg>\n$/s);

    const kept = join(folder, 'work', 'affetto', 'generation.json');
    const before = statSync(kept).mtimeMs;
    const again = await evaluate(...common, '--out', docs, '--gates', gates);
    expect(again.err).toHaveLength(2);
    expect(again.err[0]).toMatch(/second judge was not asked/);
    expect(again.err[1]).toMatch(/nothing was told from real clips/);
    expect(statSync(kept).mtimeMs).toBe(before);
    expect(readFileSync(join(docs, 'evaluation.json'), 'utf8')).toBe(`${JSON.stringify(summary, null, 1)}\n`);

    // One model alone, otherwise: the others' figures stay, and each line of the command block is one that measured them.
    const guided = 'test/fixtures/golden/affetto@1~g2~plain';
    const one = ['--models', guided, '--sections', 'generation', '--work', join(folder, 'work')];
    await evaluate('--data', join(folder, 'data'), '--quick', ...one, '--out', docs);
    const more = JSON.parse(readFileSync(join(docs, 'evaluation.json'), 'utf8')) as Summary;
    expect(more.models.slice(0, 2)).toEqual(summary.models);
    expect(more.models.map(({ name }) => name)).toEqual(['affetto', 'muser-paper', 'affetto@1~g2~plain']);
    expect(more.real?.runs).toEqual(summary.real?.runs);
    const filled = readFileSync(join(docs, 'model.md'), 'utf8');
    expect(filled).toContain(`--models ${guided} --seed 1 --quick --sections generation\n`);
    expect(filled).toContain('(images/violins-affetto.svg)');
    expect(filled).not.toContain(folder);

    // Afresh: the same figures.
    const few = ['--models', 'test/fixtures/golden/affetto', '--sections', 'generation,reconstruction'];
    const elsewhere = ['--work', join(folder, 'work2'), '--out', join(folder, 'docs2')];
    await evaluate('--data', join(folder, 'data'), '--quick', ...few, ...elsewhere);
    const afresh = JSON.parse(readFileSync(join(folder, 'docs2', 'evaluation.json'), 'utf8')) as Summary;
    expect(afresh.models[0].comparisons).toEqual(summary.models[0].comparisons);
    expect(afresh.models[0].reconstruction).toEqual(summary.models[0].reconstruction);
  });

  it('says in one line what is wrong', async () => {
    const data = join(folder, 'data');
    const wrong: [string[], RegExp][] = [
      [[], /--data/],
      [['--data', join(folder, 'nowhere')], /neither emopia.json nor pop1k7.json/],
      [['--data', data, '--models', join(folder, 'none')], /config.json is missing/],
      [['--data', data, '--sections', 'taste'], /there is no 'taste'/],
      [['--data', data, '--models', `${MODELS}~loud`], /'~loud' is unknown/],
      [['--data', data, '--python=-c'], /'-c' is no program/],
      [['--data', data, '--gates', join(folder, 'none.jsonl')], /cannot be read/],
      [['--data', data, '--clips', 'many'], /'many' is not a whole number/],
      [['--data', data, '--nonsense'], /nonsense/],
    ];
    for (const [args, message] of wrong) {
      const { code, err } = await evaluate(...args, '--out', join(folder, 'none'));
      expect(code).toBe(2);
      expect(err).toHaveLength(1);
      expect(err[0]).toMatch(message);
    }
  });
});
