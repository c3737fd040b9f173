import { expect, test } from 'vitest';
import { choiceText } from '../../../src/renderer/generate/choice-text.ts';

test.each([
  [{ written: 4, copies: 0, reason: 'emotion' }, 'best of 4: nearest to the emotion'],
  [{ written: 5, copies: 1, reason: null }, 'best of 5, 1 set aside as a copy'],
  [{ written: 1, copies: 0, reason: null }, 'chosen as it was written'],
  [{ written: 3, copies: 2, reason: null }, 'chosen as it was written, 2 set aside as copies'],
] as const)('how a take was chosen is told in a few words: %o', (chosen, words) => {
  expect(choiceText(chosen)).toBe(words);
});
