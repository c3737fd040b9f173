import { expect, it } from 'vitest';
import { beatPointers, indexBars } from '../../../src/model/tokens/bars.ts';
import { FEATURE_COUNT, FEATURES, stateFeatures } from '../../../src/model/tokens/features.ts';
import { returnDistances } from '../../../src/model/tokens/form.ts';
import { WORD_WIDTH, type Words } from '../../../src/model/tokens/vocabulary.ts';
import { randomWords, seededRandom, wordsWithReturns } from './random-words.ts';

/** Generated sequences whose figures both TypeScript and the trainer must reach; `vitest -u` writes the file anew. */
const PIECES: readonly { words: Words; mode: number; ending: boolean }[] = [
  { words: wordsWithReturns(seededRandom(11), 22), mode: 1, ending: true },
  { words: wordsWithReturns(seededRandom(12), 9), mode: 0, ending: false },
  { words: randomWords(seededRandom(13), { beatsPerBar: 4, maxBars: 3 }), mode: 2, ending: true },
  { words: randomWords(seededRandom(14), {}, 120), mode: 2, ending: true },
  { words: denseBars(), mode: 1, ending: true },
];

/** Chords of many notes, each bar sharing only part of the one before: counts reach their caps, similarity its threshold. */
function denseBars(): Words {
  const bar = (from: number, step: number, first: boolean) => [
    [0, 0, 1, 2, 0, 0, 0],
    first ? [20, 2, 2, 2, 0, 0, 0] : [1, 1, 2, 2, 0, 0, 0],
    ...Array.from({ length: 18 }, (_, i) => [0, 0, 0, 3, from + i * step, 1 + (i % 17), 1 + i]),
  ];
  return Uint8Array.from([bar(10, 1, true), bar(15, 1, false), bar(22, 1, false), bar(16, 2, false)].flat(2));
}

const rowsOf = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) =>
    Array.from({ length: width }, (__, j) => values[i * width + j]),
  );

it('state features, form and beat pointers are those of the golden file', async () => {
  const pieces = PIECES.map(({ words, mode, ending }) => {
    const { starts, beats } = indexBars(words);
    return {
      mode,
      ending,
      bars: starts,
      barBeats: beats,
      form: returnDistances(words),
      pointers: [...beatPointers(words)],
      words: rowsOf(words, WORD_WIDTH),
      features: rowsOf(stateFeatures(words, { mode, ending }), FEATURE_COUNT),
    };
  });
  const text = JSON.stringify({ features: FEATURES, pieces }).replace(/\[\[|\]\],?|\{/g, '$&\n');
  await expect(`${text}\n`).toMatchFileSnapshot('../../fixtures/golden/features.json');
});
