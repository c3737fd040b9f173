import { STEPS_PER_BEAT } from '../music/piece.ts';
import type { BarIndex } from './bars.ts';
import { BAR_BEAT, CHORD, CONTINUE, FIRST_POSITION, TEMPO, WORD_WIDTH, type Words } from './vocabulary.ts';

/**
 * Bars `from` up to (not with) `to` of a grammatical sequence as a sequence of its own: its first position says the tempo
 * and chord that were in force.
 */
export function cutBars(words: Words, bars: BarIndex, from: number, to: number): Words {
  const { starts } = bars;
  const begin = starts[from] * WORD_WIDTH;
  const end = to < starts.length ? starts[to] * WORD_WIDTH : words.length;
  const segment = words.slice(begin, end);
  const first = WORD_WIDTH;
  for (const column of [TEMPO, CHORD]) segment[first + column] = inForce(words, begin + first, column);
  return segment;
}

/** The last explicit value of a column at or before the position word at `offset`. */
function inForce(words: Words, offset: number, column: number): number {
  for (let i = offset; i >= 0; i -= WORD_WIDTH) {
    const isBeat =
      words[i + BAR_BEAT] >= FIRST_POSITION && (words[i + BAR_BEAT] - FIRST_POSITION) % STEPS_PER_BEAT === 0;
    if (isBeat && words[i + column] > CONTINUE) return words[i + column];
  }
  return CONTINUE;
}
