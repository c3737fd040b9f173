import type { Key } from '../../src/model/music/piece.ts';
import { indexBars } from '../../src/model/tokens/bars.ts';
import { wordsToPiece } from '../../src/model/tokens/decode.ts';
import { pieceToWords } from '../../src/model/tokens/encode.ts';
import { cutBars } from '../../src/model/tokens/segment.ts';
import { WORD_WIDTH, type Words } from '../../src/model/tokens/vocabulary.ts';

/** Bars in a segment. */
const SEGMENT_BARS = 8;

/**
 * Cuts the words into segments of eight bars (a shorter rest is left out), turns each into a piece and back, and counts
 * those that break the grammar or come back different. Lengths are in words.
 */
export function checkSegments(words: Words, key: Key): { lengths: number[]; broken: number } {
  const bars = indexBars(words);
  const lengths: number[] = [];
  let broken = 0;
  for (let from = 0; from + SEGMENT_BARS <= bars.starts.length; from += SEGMENT_BARS) {
    const segment = cutBars(words, bars, from, from + SEGMENT_BARS);
    lengths.push(segment.length / WORD_WIDTH);
    if (!comesBack(segment, key)) broken++;
  }
  return { lengths, broken };
}

/** True if words -> piece -> words is the identity (which a break of the grammar prevents). */
function comesBack(words: Words, key: Key): boolean {
  try {
    const again = pieceToWords(wordsToPiece(words, key));
    return again.length === words.length && again.every((value, i) => value === words[i]);
  } catch {
    return false;
  }
}
