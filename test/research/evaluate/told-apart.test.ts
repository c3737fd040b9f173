import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Apart, ApartJudge, TREES } from '../../../research/evaluate/apart-judge.ts';
import { readSource } from '../../../research/evaluate/data.ts';
import { loadSubject } from '../../../research/evaluate/models.ts';
import type { ModelSummary, Summary } from '../../../research/evaluate/report.ts';
import { type Context, QUICK } from '../../../research/evaluate/section.ts';
import { apartTable } from '../../../research/evaluate/tables-apart.ts';
import { met, targetsOf } from '../../../research/evaluate/targets.ts';
import { realApart, toldApart } from '../../../research/evaluate/told-apart.ts';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import { scratch } from '../../cli/run.ts';
import { writeTinyData } from './tiny-data.ts';

let folder: string;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands in for training/told_apart, run by node: an area that tells how many files it was given. */
const TELLS = `
import { readdirSync } from 'node:fs';
const options = process.argv.slice(2);
const after = (name) => options[options.indexOf(name) + 1];
if (!after('--real').endsWith('clips.csv')) process.exit(3);
const made = readdirSync(after('--made')).length;
const area = (auc) => ({ auc, se: 0.01 });
const found = (auc) => ({ trees: Object.fromEntries(${JSON.stringify(TREES)}.map((t) => [t, area(auc)])), network: area(auc) });
console.log(JSON.stringify({
  'told apart': found(0.5 + made / 100),
  ...(options.includes('--no-floor') ? {} : { floor: found(0.5) }),
  clips: { real: 20, made },
}));
`;

function judge(text: string, python = process.execPath): ApartJudge {
  const script = join(folder, 'judge.mjs');
  writeFileSync(script, text);
  const real = join(folder, 'emopia-midi');
  mkdirSync(join(real, 'midi'), { recursive: true });
  writeFileSync(join(real, 'clips.csv'), 'clip,quadrant,song,split\n');
  return new ApartJudge(python, real, { name: 'the judge of told apart', args: [script], files: [script] });
}

function contextWith(asked: ApartJudge): Context {
  writeTinyData(join(folder, 'data'), 'emopia');
  return {
    emopia: readSource(join(folder, 'data'), 'emopia'),
    pop1k7: [],
    judges: [],
    sizes: { ...QUICK, apart: 1 },
    settings: { generate: {}, transfer: {} },
    seed: 7,
    apart: { judge: asked, folder: join(folder, 'work') },
    signal: new AbortController().signal,
    show: () => {},
  };
}

const files = (...place: string[]) => readdirSync(join(folder, 'work', 'told-apart', ...place)).sort();

describe('told apart', () => {
  it('judges takes and decoded clips as they are played, by song and seed', { timeout: 60_000 }, async () => {
    const context = contextWith(judge(TELLS));
    const subject = await loadSubject('test/fixtures/golden/affetto@1');
    const found = await toldApart.run(subject, context);
    expect(files('affetto@1', 'takes')).toEqual([1, 2, 3, 4].map((q) => `q${q}-seed${7 + 1000 * q}.mid`));
    expect(found.takes.trees.line.auc).toBeCloseTo(0.54);
    expect(found.takes.clips).toEqual({ real: 20, made: 4 });
    const held = context.emopia.filter(({ split }) => split === 'val').map(({ id }) => `${id}.mid`);
    expect(files('affetto@1', 'codes')).toEqual(held.sort());
    expect(found.codes?.network.auc).toBeCloseTo(0.5 + held.length / 100);
    const take = join(folder, 'work', 'told-apart', 'affetto@1', 'takes', 'q1-seed1007.mid');
    expect(parseMidi(readFileSync(take), 'take').pedal.length).toBeGreaterThan(0);
  });

  it('judges real clips by their words, beside real ones', async () => {
    const context = contextWith(judge(TELLS));
    mkdirSync(join(folder, 'work', 'told-apart', 'words'), { recursive: true });
    writeFileSync(join(folder, 'work', 'told-apart', 'words', 'of-an-earlier-run.mid'), '');
    const found = await realApart(context);
    expect(files('words')).toHaveLength(8);
    expect(found?.words.trees.all.auc).toBeCloseTo(0.58);
    expect(found?.floor.trees.all.auc).toBe(0.5);
    expect(await realApart({ ...context, emopia: [] })).toBeNull();
  });

  it('says what is wrong in one line', async () => {
    const { signal } = new AbortController();
    const asked = (text: string) => judge(text).tell(folder, signal);
    await expect(asked('console.error("no sklearn"); process.exit(1);')).rejects.toThrow(
      /told apart failed .*no sklearn.*requirements\.txt/,
    );
    for (const answer of ['', '{}', '{"told apart":{"trees":{}},"clips":{"real":1,"made":1}}'])
      await expect(asked(`console.log(${JSON.stringify(answer)})`)).rejects.toThrow(/no answer/);
    const noFloor = TELLS.replace("options.includes('--no-floor')", 'true');
    await expect(judge(noFloor).tellWithFloor(folder, signal)).rejects.toThrow(/no answer/);
    expect(() => new ApartJudge('python3', join(folder, 'nothing'))).toThrow(/holds no clips\.csv/);
    expect(() => judge(TELLS, '-c')).toThrow(/is no program/);
  });

  it('has a table and targets', () => {
    const apart = (auc: number): Apart => ({
      trees: Object.fromEntries(TREES.map((tree) => [tree, { auc, se: 0.0123 }])) as Apart['trees'],
      network: { auc, se: 0.02 },
      clips: { real: 204, made: 240 },
    });
    const takes = {
      ...apart(0.74),
      trees: { ...apart(0.66).trees, all: { auc: 0.74, se: 0.01 }, line: { auc: 0.71, se: 0.01 } },
    };
    const model = { name: 'affetto', toldApart: { takes, codes: apart(0.6) } } as ModelSummary;
    const real = { toldApart: { floor: apart(0.45), words: apart(0.55) } } as Summary['real'];
    const text = apartTable({ real, models: [model] } as unknown as Summary);
    expect(text).toContain('| affetto: takes | 0.740 ± 0.010 |');
    expect(
      text
        .split('\n')
        .slice(2)
        .map((row) => row.split(' | ')[0]),
    ).toEqual([
      '| real clips of other songs',
      '| real clips, played from their words',
      '| affetto: decoded codes',
      '| affetto: takes',
    ]);
    const missed = targetsOf(model).filter((target) => !met(target));
    expect(missed).toMatchObject([
      { what: 'takes told from real clips by a group', worst: 'line', value: 0.71 },
    ]);
  });
});
