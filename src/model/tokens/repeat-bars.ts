import { STEPS_PER_BEAT } from '../music/piece.ts';
import { indexBars } from './bars.ts';
import { BAR_BEAT, CHORD, CONTINUE, FIRST_POSITION, TEMPO, WORD_WIDTH, type Words } from './vocabulary.ts';

/** The first `count` bars of a piece that begins anew as often as it ends. */
export function repeatBars(words: Words, count: number, width = WORD_WIDTH): Words {
  const { starts } = indexBars(words, width);
  const bars = starts.map((start, bar) =>
    words.subarray(start * width, (starts[bar + 1] ?? words.length / width) * width),
  );
  const out = Uint8Array.from(
    Array.from({ length: count }, (_, bar) => bars[bar % bars.length]).flatMap((bar) => [...bar]),
  );
  for (const column of [TEMPO, CHORD]) respell(out, column, width);
  return out;
}

/** What is in force already goes on instead of being said again. */
function respell(words: Words, column: number, width: number): void {
  let current = 0;
  for (let i = 0; i < words.length; i += width) {
    const position = words[i + BAR_BEAT] - FIRST_POSITION;
    if (position < 0 || position % STEPS_PER_BEAT !== 0 || words[i + column] <= CONTINUE) continue;
    if (words[i + column] === current) words[i + column] = CONTINUE;
    else current = words[i + column];
  }
}
