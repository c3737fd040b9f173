import { expect, it } from 'vitest';
import { indexBars } from '../../../src/model/tokens/bars.ts';
import { checkWords } from '../../../src/model/tokens/grammar.ts';
import { cutBars } from '../../../src/model/tokens/segment.ts';
import { CHORD, TEMPO, WORD_WIDTH } from '../../../src/model/tokens/vocabulary.ts';
import { randomWords, seededRandom } from './random-words.ts';

const BAR = [0, 0, 1, 2, 0, 0, 0];
const at = (position: number, tempo = 1, chord = 1) => [tempo, chord, 2 + position, 2, 0, 0, 0];

it('a segment says the tempo and chord that were in force, and keeps a change of its own', () => {
  const words = Uint8Array.from(
    [BAR, at(0, 20, 5), at(4, 1, 9), BAR, at(0), BAR, at(0, 30), at(4, 31)].flat(),
  );
  const bars = indexBars(words);
  expect([...cutBars(words, bars, 1, 2)]).toEqual([BAR, at(0, 20, 9)].flat());
  expect([...cutBars(words, bars, 2, 3)]).toEqual([BAR, at(0, 30, 9), at(4, 31)].flat());
  expect(cutBars(words, bars, 0, 3)).toEqual(words);
});

it('every segment of a sound sequence is sound and says the same notes', () => {
  for (let seed = 0; seed < 40; seed++) {
    const words = randomWords(seededRandom(seed), {}, 250);
    const bars = indexBars(words);
    const count = bars.starts.length;
    for (let from = 0; from < count; from++) {
      const to = Math.min(count, from + 3);
      const segment = cutBars(words, bars, from, to);
      expect(checkWords(segment)).toBeNull();
      expect(indexBars(segment).beats.join()).toBe(bars.beats.slice(from, to).join());
      const original = words.slice(
        bars.starts[from] * WORD_WIDTH,
        bars.starts[from] * WORD_WIDTH + segment.length,
      );
      for (const column of [TEMPO, CHORD]) original[WORD_WIDTH + column] = segment[WORD_WIDTH + column];
      expect(Buffer.compare(segment, original), `seed ${seed}, bar ${from}`).toBe(0);
    }
  }
});
