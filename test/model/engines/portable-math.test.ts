import { describe, expect, it } from 'vitest';
import { portableCos, portableExp, portableSin } from '../../../src/model/engines/portable-math.ts';

describe('portable exp', () => {
  it('is e^x to the last digits', () => {
    for (let x = -700; x <= 700; x += 0.37)
      expect(Math.abs(portableExp(x) / Math.exp(x) - 1)).toBeLessThan(2e-15);
  });

  it('knows its ends', () => {
    expect(portableExp(0)).toBe(1);
    expect(portableExp(-1e9)).toBe(0);
    expect(portableExp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(portableExp(710)).toBe(Number.POSITIVE_INFINITY);
    expect(portableExp(Number.NaN)).toBeNaN();
  });
});

it('portable sine and cosine are close to the built-in ones', () => {
  for (let x = -1100; x <= 1100; x += 0.173) {
    expect(Math.abs(portableSin(x) - Math.sin(x))).toBeLessThan(1e-12);
    expect(Math.abs(portableCos(x) - Math.cos(x))).toBeLessThan(1e-12);
  }
});
