import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LearntJudge } from '../../../src/model/generator/judge/learnt-judge.ts';

const file = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/golden/judge/${name}`, import.meta.url)));
/** What training says of bars; written by training/fixtures/judge.py. */
const golden: {
  readonly bars: readonly number[][][];
  readonly said: readonly number[];
  readonly felt: readonly [number, number][];
} = JSON.parse(new TextDecoder().decode(file('golden.json')));
const judge = () => new LearntJudge(file('judge.json'), file('judge.safetensors'), 'golden');
const bars = golden.bars.map((words) => Uint8Array.from(words.flat()));

describe('the judge of bars', () => {
  it('says of each bar what training says', () => {
    const learnt = judge();
    for (const [bar, said] of golden.said.entries())
      expect(learnt.scores([bars], bar, bar + 1)[0]).toBeCloseTo(said, 3);
    for (const [bar, [valence, arousal]] of golden.felt.entries()) {
      const felt = learnt.feelingOf(bars.slice(0, bar + 1));
      expect(felt.valence).toBeCloseTo(valence, 3);
      expect(felt.arousal).toBeCloseTo(arousal, 3);
    }
    expect(new Set(golden.said.map((said) => said.toFixed(2))).size).toBeGreaterThan(6);
  });

  it('says of some bars the mean, whatever else it has heard', () => {
    const mean = (from: number, to: number) =>
      golden.said.slice(from, to).reduce((sum, said) => sum + said, 0) / (to - from);
    const copies = bars.map((bar) => bar.slice());
    const other = [...copies.slice(0, 2), bars[5].slice()];
    const [one, two] = judge().scores([bars.slice(0, 4), [...bars.slice(0, 2), bars[4], bars[5]]], 2, 4);
    expect(one).toBeCloseTo(mean(2, 4), 3);
    expect(two).not.toBeCloseTo(one, 3);
    const learnt = judge();
    learnt.scores([other], 0, 3);
    expect(learnt.scores([bars], 4, 11)[0]).toBeCloseTo(mean(4, 11), 3);
  });

  it('likes what is near to the emotion that is asked for', () => {
    const learnt = judge();
    const [valence, arousal] = golden.felt[3];
    const score = (away: number) =>
      learnt.scores([bars], 3, 4, () => ({ valence: valence + away, arousal }))[0];
    expect(score(0)).toBeCloseTo(golden.said[3], 3);
    expect(score(0.5)).toBeCloseTo(golden.said[3] - 0.25 * 4, 3);
  });

  it('is refused where its files are damaged', () => {
    expect(() => new LearntJudge(file('golden.json'), file('judge.safetensors'), 'x')).toThrow(
      /x\/judge.json/,
    );
    expect(() => new LearntJudge(file('judge.json'), new Uint8Array(9), 'x')).toThrow(/judge.safetensors/);
  });
});
