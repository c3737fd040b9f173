import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/model/muser/random.ts';
import { checkSampling, guide, onlyChoice, sample } from '../../../src/model/muser/sampling.ts';

const logits = Float32Array.from([9, Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05)]);
const mask = Uint8Array.from([0, 1, 1, 1, 1]);

function shares(temperature: number, topP: number): number[] {
  const random = new Random(3);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[sample(logits, 0, mask, { temperature, topP }, random)]++;
  return counts.map((count) => count / 20_000);
}

describe('sampling', () => {
  it('follows the probabilities of what the mask allows', () => {
    const [masked, ...rest] = shares(1, 1);
    expect(masked).toBe(0);
    [0.5, 0.3, 0.15, 0.05].forEach((p, i) => {
      expect(Math.abs(rest[i] - p)).toBeLessThan(0.015);
    });
  });

  it('keeps the nucleus only', () => {
    const [, a, b, c, d] = shares(1, 0.79);
    expect([c, d]).toEqual([0, 0]);
    expect(Math.abs(a - 0.625)).toBeLessThan(0.015);
    expect(Math.abs(b - 0.375)).toBeLessThan(0.015);
  });

  it('sharpens with low and flattens with high temperature', () => {
    expect(shares(0.02, 1)[1]).toBe(1);
    expect(shares(100, 1)[4]).toBeGreaterThan(0.22);
  });

  it('reads a row from its offset', () => {
    const two = Float32Array.from([5, 0, 0, 0, 5]);
    expect(sample(two, 3, Uint8Array.from([1, 1]), { temperature: 0.01, topP: 1 }, new Random(0))).toBe(1);
  });

  it('takes the only choice without a draw', () => {
    const random = new Random(1);
    expect(sample(logits, 0, Uint8Array.from([0, 0, 0, 1, 0]), { temperature: 1, topP: 1 }, random)).toBe(3);
    expect(random.uint()).toBe(new Random(1).uint());
    expect(() => onlyChoice(new Uint8Array(3))).toThrow('no value');
  });

  it('refuses numbers that are none', () => {
    const broken = new Float32Array(5).fill(Number.NaN);
    expect(() => sample(broken, 0, mask, { temperature: 1, topP: 1 }, new Random(0))).toThrow('no numbers');
  });

  it.each([
    [0, 0.9],
    [-1, 0.9],
    [Number.NaN, 0.9],
    [Number.POSITIVE_INFINITY, 0.9],
    [1, 0],
    [1, 1.1],
    [1, Number.NaN],
  ])('refuses temperature %s with top-p %s', (temperature, topP) => {
    expect(() => checkSampling('pitch', { temperature, topP })).toThrow('pitch');
  });

  it('guides away from the unconditioned', () => {
    const asked = Float32Array.from([1, 2]);
    guide(asked, Float32Array.from([0, 4]), 3);
    expect([...asked]).toEqual([3, -2]);
  });
});
