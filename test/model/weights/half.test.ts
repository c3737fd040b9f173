import { describe, expect, it } from 'vitest';
import { halfToNumber, halvesToFloats, numberToHalf } from '../../../src/model/weights/half.ts';

describe('half precision', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])('%i reads as %d', (bits, value) => {
    expect(halfToNumber(bits)).toBe(value);
    expect(numberToHalf(value)).toBe(bits);
  });

  it('survives there and back for every finite value', () => {
    for (let bits = 0; bits < 0x7c00; bits++) expect(numberToHalf(halfToNumber(bits))).toBe(bits);
  });

  it('rounds to the nearest, ties to even, too large to infinity', () => {
    expect(halfToNumber(numberToHalf(1 + 2 ** -11))).toBe(1);
    expect(halfToNumber(numberToHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(halfToNumber(numberToHalf(1.9999))).toBe(2);
    expect(numberToHalf(70000)).toBe(0x7c00);
    expect(halfToNumber(numberToHalf(Number.NaN))).toBeNaN();
  });

  it('reads little-endian bytes at any offset', () => {
    const bytes = Uint8Array.from([9, 0x00, 0x3c, 0x00, 0xc0]);
    expect([...halvesToFloats(bytes.subarray(1))]).toEqual([1, -2]);
  });
});
