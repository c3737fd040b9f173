import type { Mode } from '../tokens/reharmonise-words.ts';
import type { Element, Words } from '../tokens/vocabulary.ts';
import type { Emotion } from './emotion-embedding.ts';

/** Where an element comes from: another piece's words, and how far to go there (0..1). */
export interface ElementSource {
  readonly words: Words;
  readonly amount: number;
  /** Of the other piece; where absent, that of the piece it goes to. */
  readonly mode?: Mode | null;
}

/** One piece to be written again with some elements from elsewhere; none = plain reconstruction. */
export interface TransferJob {
  readonly words: Words;
  readonly sources: Partial<Readonly<Record<Element, ElementSource>>>;
  readonly mode: Mode | null;
  /** What the result should feel like, one or one a bar; null = untold. */
  readonly emotion: Emotion | readonly Emotion[] | null;
  readonly seed: number;
  /**
   * True: elements without a source keep their words exactly, save that notes follow the chords. If the rhythm (type or
   * barBeat) has a source, notes no longer pair, and only chord and tempo are kept. False: everything is decoded from the
   * codes.
   */
  readonly keep: boolean;
}
