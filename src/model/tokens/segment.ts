import { STEPS_PER_BEAT } from '../music/piece.ts';
import type { BarIndex } from './bars.ts';
import { BAR_BEAT, CHORD, CONTINUE, FIRST_POSITION, TEMPO, WORD_WIDTH, type Words } from './vocabulary.ts';

/**
 * Bars `from` up to (not with) `to` of a grammatical sequence as a sequence of its own: its first position says the tempo
 * and chord that were in force.
 */
export function cutBars(words: Words, bars: BarIndex, from: number, to: number, width = WORD_WIDTH): Words {
  const { starts } = bars;
  const begin = starts[from] * width;
  const end = to < starts.length ? starts[to] * width : words.length;
  const segment = words.slice(begin, end);
  for (const column of [TEMPO, CHORD]) segment[width + column] = inForce(words, begin + width, column, width);
  return segment;
}

/** The last explicit value of a column at or before the position word at `offset`. */
function inForce(words: Words, offset: number, column: number, width: number): number {
  for (let i = offset; i >= 0; i -= width) {
    const isBeat =
      words[i + BAR_BEAT] >= FIRST_POSITION && (words[i + BAR_BEAT] - FIRST_POSITION) % STEPS_PER_BEAT === 0;
    if (isBeat && words[i + column] > CONTINUE) return words[i + column];
  }
  return CONTINUE;
}
