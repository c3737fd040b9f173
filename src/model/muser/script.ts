import { indexBars } from '../tokens/bars.ts';
import {
  BAR_BEAT,
  CHORD,
  CONTINUE,
  type Element,
  FIRST_POSITION,
  TEMPO,
  WORD_WIDTH,
  type Words,
} from '../tokens/vocabulary.ts';
import type { BarScript } from './plan.ts';

/** Words bar by bar, each word apart, with what is in force at each beat. */
export type SplitBars = readonly Omit<BarScript, 'free'>[];

/** Takes a grammatical sequence apart for scripts. */
export function splitBars(words: Words): SplitBars {
  const { starts } = indexBars(words);
  let [chord, tempo] = [0, 0];
  return starts.map((start, bar) => {
    const end = starts[bar + 1] ?? words.length / WORD_WIDTH;
    const list: Uint8Array[] = [];
    const chords: number[] = [];
    const tempos: number[] = [];
    for (let i = start; i < end; i++) {
      const word = words.subarray(i * WORD_WIDTH, (i + 1) * WORD_WIDTH);
      list.push(word);
      if (word[CHORD] > CONTINUE) chord = word[CHORD];
      if (word[TEMPO] > CONTINUE) tempo = word[TEMPO];
      if (word[BAR_BEAT] < FIRST_POSITION || (word[BAR_BEAT] - FIRST_POSITION) % 4 !== 0) continue;
      chords.push(chord);
      tempos.push(tempo);
    }
    return { words: list, chords, tempos };
  });
}

/** A plan's script: these words, with the elements that `freeIn` gives for a bar left to the model. */
export const scriptOf =
  (bars: SplitBars, freeIn: (bar: number) => ReadonlySet<Element>) =>
  (bar: number): BarScript | null =>
    bar < bars.length ? { ...bars[bar], free: freeIn(bar) } : null;
